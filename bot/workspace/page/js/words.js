// The page's own words in the reader's language. A sentence's key is its English; what apps say is theirs to translate.

const ZH = {
  "Vigil · local workspace": "Vigil · 本地工作区",
  "Local workspace": "本地工作区",
  "Channels": "频道",
  "Channel": "频道",
  "Workspace": "工作区",
  "Direct messages": "私信",
  "Try it": "试一试",
  "Break the sample service": "让示例服务出故障",
  "Acting as": "当前身份",
  "Home": "主页",
  "Messages": "消息",
  "Thread": "线程",
  "Replies": "回复",
  "Message": "消息",
  "Reply…": "回复…",
  "New messages": "新消息",
  "New replies": "新回复",
  "New": "新",
  "Close the thread": "关闭线程",
  "Close (Esc)": "关闭（Esc）",
  "Close": "关闭",
  "Send": "发送",
  "Send (Enter)": "发送（Enter）",
  "Sending…": "正在发送…",
  "Reconnecting… Messages may be missing until the local workspace answers again.": "正在重新连接…本地工作区恢复应答之前，消息可能不全。",
  "Vigil is not connected: commands and buttons get no answer until it is.": "Vigil 未连接：连接之前，命令和按钮都不会有应答。",
  "Everything here stays on this machine. Ask Vigil what it can do:": "这里的一切都只留在本机。问问 Vigil 能做什么：",
  "This is the very beginning of #{name}": "这里是 #{name} 的开头",
  "This is your conversation with {name}": "这里是您与 {name} 的对话",
  "Message {name}": "发消息给 {name}",
  "Message #{name}, or type / for a command": "在 #{name} 发消息，或输入 / 使用命令",
  "{command} is not supported in threads. Sorry! Type it in the channel.": "线程中不支持 {command}，请在频道中输入。",
  "1 member": "1 位成员",
  "{n} members": "{n} 位成员",
  "{n} unread": "{n} 条未读",
  "{n} unread mentions": "{n} 条未读提及",
  "{name} is connected": "{name} 已连接",
  "{name} is not connected": "{name} 未连接",
  "The bot": "机器人",
  "Only visible to you": "仅您可见",
  "(edited)": "（已编辑）",
  "Edited {when}": "编辑于 {when}",
  "1 reply": "1 条回复",
  "{n} replies": "{n} 条回复",
  "Last reply {when}": "最后回复 {when}",
  "mentions you": "提到了您",
  "Also sent to the channel": "也已发送到频道",
  "replied to a thread: ": "回复了线程：",
  "open the thread": "打开线程",
  "Suggestions": "建议",
  "keeps watch after a deployment": "部署之后持续监控",
  "React with an emoji": "添加表情回应",
  "Make this an alert": "将其设为告警",
  "Add to the timeline": "加入时间线",
  "Reply in thread": "在线程中回复",
  "Shortcuts": "快捷方式",
  "archived": "已归档",
  "private": "私有",
  "active": "在线",
  "away": "离开",
  "Everybody in the channel": "频道中的所有人",
  "Table": "表格",
  "Image": "图片",
  "Choose…": "请选择…",
  "Choose a date": "选择日期",
  "Choose a time": "选择时间",
  "Choose a moment": "选择时刻",
  "More actions": "更多操作",
  " (optional)": "（选填）",
  "just now": "刚刚",
  "Colours: {theme}. Change": "配色：{theme}。点击切换",
  "as the system has it": "跟随系统",
  "light": "浅色",
  "dark": "深色",
  "Language: English. Change to Chinese": "语言：中文。点击切换为英文",
  "Mentions are not announced. Change": "提及不通知。点击切换",
  "Mentions are announced, without a sound. Change": "提及会通知，无声音。点击切换",
  "Mentions are announced with a sound. Change": "提及会通知，有声音。点击切换",
  "{who} mentions you in {where}": "{who} 在 {where} 提到了您",
  "The page cannot show the block “{type}”.": "页面无法显示区块“{type}”。",
  "The page cannot show the element “{type}”.": "页面无法显示元素“{type}”。",
  "The page cannot show the input “{type}”.": "页面无法显示输入“{type}”。",
  "A block of type “{type}” is malformed: {why}": "类型为“{type}”的区块格式有误：{why}",
  "The local workspace cannot be reached. Is the program still running?": "无法连接本地工作区。程序还在运行吗？",
  "The local workspace answered {status} to {path}.": "本地工作区对 {path} 应答了 {status}。",
  "Vigil did not answer within 3 seconds.": "Vigil 未在 3 秒内应答。",
  "Vigil is not connected, so nobody heard this.": "Vigil 未连接，没有人收到。",
  "This has changed meanwhile, and what you chose is no longer there.": "内容已有变化，您选择的操作已不存在。",
  "This message is no longer there.": "这条消息已不存在。",
  "This did not work ({why}).": "操作未成功（{why}）。",
  "no reason given": "未说明原因",
};

const KEY = "vigil.language";

/** "en" or "zh": as chosen in this browser, else as the browser prefers. */
export const language = localStorage.getItem(KEY) ?? (navigator.language.startsWith("zh") ? "zh" : "en");

/** What Intl formats dates in: the browser's own flavour of the language, where it has one. */
export const locale = navigator.languages.find((one) => one.startsWith(language)) ?? (language === "zh" ? "zh-CN" : "en-GB");

/** The sentence in the reader's language, its {places} filled in. */
export function t(english, values = {}) {
  const sentence = language === "zh" ? ZH[english] ?? english : english;
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

const SAID = ["aria-label", "title", "placeholder"];

/** Puts what stands in index.html into the reader's language. */
export function translatePage() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  if (language === "en") return;
  document.title = t(document.title);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.nodeType === Node.TEXT_NODE) {
      const said = node.data.trim();
      if (said) node.data = node.data.replace(said, t(said));
    } else for (const name of SAID) if (node.hasAttribute(name)) node.setAttribute(name, t(node.getAttribute(name)));
  }
}

/** The button that changes the language; the page is opened anew in it. */
export function setUpLanguage(button) {
  const other = language === "zh" ? "EN" : "中";
  const label = `${other}: ${t("Language: English. Change to Chinese")}`;
  button.textContent = other;
  button.setAttribute("aria-label", label);
  button.title = label;
  button.addEventListener("click", () => {
    localStorage.setItem(KEY, language === "zh" ? "en" : "zh");
    location.reload();
  });
}
