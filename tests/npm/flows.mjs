// An example app as Bolt for JavaScript's own guide has it: a command, a button, a modal, App Home, a file, shortcuts.
// It is told where Slack is by SLACK_API_URL, and knows nothing of the local workspace.

import bolt from "@slack/bolt";

const { App, LogLevel } = bolt;

const app = new App({
  token: "xoxb-local",
  appToken: "xapp-local",
  socketMode: true,
  logLevel: LogLevel.ERROR,
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL },
});

const plain = (text) => ({ type: "plain_text", text });
const button = { type: "button", action_id: "take", value: "alert-7", text: plain("Take it") };

app.command("/monitor", async ({ ack, command, client, say }) => {
  await ack();
  if (command.text === "file") {
    await client.filesUploadV2({ channel_id: command.channel_id, filename: "report.txt", content: "all is well", initial_comment: "The report" });
  } else if (command.text === "form") {
    const input = { type: "plain_text_input", action_id: "reason" };
    const blocks = [{ type: "input", block_id: "why", label: plain("Why"), element: input }];
    await client.views.open({ trigger_id: command.trigger_id, view: { type: "modal", callback_id: "silence", title: plain("Silence"), submit: plain("Silence"), blocks } });
  } else {
    await say({ text: "firing", blocks: [{ type: "actions", block_id: "alert", elements: [button] }] });
  }
});

app.action("take", async ({ ack, body, respond }) => {
  await ack();
  await respond({ text: `taken by <@${body.user.id}>`, replace_original: true });
});

app.view("silence", async ({ ack, view, body, client }) => {
  const { value } = view.state.values.why.reason;
  if (value === "no") return ack({ response_action: "errors", errors: { why: "say more" } });
  await ack();
  return client.chat.postMessage({ channel: body.user.id, text: `silenced: ${value}` });
});

app.event("app_home_opened", ({ event, client }) =>
  client.views.publish({ user_id: event.user, view: { type: "home", blocks: [{ type: "section", text: plain("home of the app") }] } }));

app.event("app_mention", ({ event, client }) => client.reactions.add({ channel: event.channel, timestamp: event.ts, name: "eyes" }));

app.shortcut("ask", async ({ ack, shortcut, client }) => {
  await ack();
  await client.chat.postMessage({ channel: shortcut.user.id, text: `asked by ${shortcut.type}` });
});

app.error(async (error) => console.error(error));
await app.start();
console.log("started");
