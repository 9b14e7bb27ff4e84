// Slack's short names of the emoji that cards and people commonly use; an unknown name is shown as it was written.

const TABLE = `
white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎ heavy_multiplication_x ✖️
warning ⚠️ rotating_light 🚨 no_entry ⛔ no_entry_sign 🚫 octagonal_sign 🛑 construction 🚧 exclamation ❗ grey_exclamation ❕ question ❓ grey_question ❔ bangbang ‼️ interrobang ⁉️
information_source ℹ️ red_circle 🔴 large_red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle 🔵 large_purple_circle 🟣 large_brown_circle 🟤 black_circle ⚫ white_circle ⚪ radio_button 🔘 heavy_minus_sign ➖ heavy_plus_sign ➕
large_green_square 🟩 large_red_square 🟥 large_orange_square 🟧 large_yellow_square 🟨 large_blue_square 🟦 white_large_square ⬜ black_large_square ⬛ black_square_button 🔲 white_square_button 🔳 small_red_triangle 🔺 small_red_triangle_down 🔻 large_blue_diamond 🔷 large_orange_diamond 🔶 small_blue_diamond 🔹 small_orange_diamond 🔸
hourglass ⌛ hourglass_flowing_sand ⏳ stopwatch ⏱️ timer_clock ⏲️ alarm_clock ⏰ watch ⌚ mantelpiece_clock 🕰️ clock1 🕐 clock3 🕒 clock9 🕘 clock12 🕛 calendar 📆 date 📅 spiral_calendar_pad 🗓️
bell 🔔 no_bell 🔕 mute 🔇 loud_sound 🔊 loudspeaker 📢 mega 📣 zzz 💤 eyes 👀 eye 👁️ mag 🔍 mag_right 🔎 tada 🎉 confetti_ball 🎊 sparkles ✨ star ⭐ star2 🌟 trophy 🏆 medal 🏅 dart 🎯
pager 📟 telephone_receiver 📞 phone ☎️ telephone ☎️ iphone 📱 calling 📲 email 📧 envelope ✉️ incoming_envelope 📨 speech_balloon 💬 thought_balloon 💭 left_speech_bubble 🗨️ satellite_antenna 📡 satellite 🛰️ globe_with_meridians 🌐
arrows_counterclockwise 🔄 repeat 🔁 leftwards_arrow_with_hook ↩️ arrow_right_hook ↪️ arrow_forward ▶️ double_vertical_bar ⏸️ pause_button ⏸️ black_square_for_stop ⏹️ stop_button ⏹️ fast_forward ⏩ rewind ⏪ black_right_pointing_double_triangle_with_vertical_bar ⏭️
arrow_up ⬆️ arrow_down ⬇️ arrow_right ➡️ arrow_left ⬅️ arrow_upper_right ↗️ arrow_lower_right ↘️ arrow_up_small 🔼 arrow_down_small 🔽 left_right_arrow ↔️
chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 bar_chart 📊 clipboard 📋 memo 📝 pencil 📝 pencil2 ✏️ page_facing_up 📄 page_with_curl 📃 bookmark_tabs 📑 newspaper 📰 notebook 📓 book 📖 books 📚 pushpin 📌 round_pushpin 📍 paperclip 📎 link 🔗 label 🏷️ card_index 📇 file_folder 📁 open_file_folder 📂 inbox_tray 📥 outbox_tray 📤 package 📦 ledger 📒
wrench 🔧 hammer 🔨 hammer_and_wrench 🛠️ gear ⚙️ nut_and_bolt 🔩 toolbox 🧰 fire 🔥 fire_extinguisher 🧯 fire_engine 🚒 ambulance 🚑 sos 🆘 bomb 💣 boom 💥 zap ⚡ bug 🐛 beetle 🪲 lady_beetle 🐞 skull 💀 ghost 👻 robot_face 🤖 lock 🔒 unlock 🔓 key 🔑 shield 🛡️ closed_lock_with_key 🔐
rocket 🚀 ship 🚢 airplane ✈️ checkered_flag 🏁 triangular_flag_on_post 🚩 white_flag 🏳️ vertical_traffic_light 🚦 traffic_light 🚥 computer 💻 desktop_computer 🖥️ floppy_disk 💾 cd 💿 electric_plug 🔌 battery 🔋 bulb 💡 moneybag 💰 shopping_trolley 🛒 thermometer 🌡️ bricks 🧱
sunny ☀️ sun_with_face 🌞 sunrise 🌅 partly_sunny ⛅ cloud ☁️ rain_cloud 🌧️ lightning 🌩️ thunder_cloud_and_rain ⛈️ snowflake ❄️ rainbow 🌈 crescent_moon 🌙 full_moon 🌕 new_moon 🌑 night_with_stars 🌃 seedling 🌱 four_leaf_clover 🍀 coffee ☕ tea 🍵 beer 🍺 pizza 🍕 cake 🍰
+1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 ok_hand 👌 wave 👋 raised_hands 🙌 raised_hand ✋ hand ✋ clap 👏 pray 🙏 muscle 💪 point_right 👉 point_left 👈 point_up ☝️ point_down 👇 writing_hand ✍️ handshake 🤝 ok 🆗 v ✌️ crossed_fingers 🤞
smile 😄 smiley 😃 grinning 😀 slightly_smiling_face 🙂 simple_smile 🙂 wink 😉 joy 😂 sweat_smile 😅 thinking_face 🤔 neutral_face 😐 confused 😕 disappointed 😞 cry 😢 sob 😭 scream 😱 fearful 😨 sweat 😓 sleeping 😴 sunglasses 😎 heart ❤️ green_heart 💚 broken_heart 💔 100 💯 see_no_evil 🙈 shrug 🤷 facepalm 🤦 man-shrugging 🤷‍♂️ bust_in_silhouette 👤 busts_in_silhouette 👥 detective 🕵️
one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ keycap_ten 🔟 zero 0️⃣ hash #️⃣ new 🆕 up 🆙 cool 🆒 free 🆓 soon 🔜 end 🔚 back 🔙 on 🔛 top 🔝 hotel 🏨 office 🏢 factory 🏭 house 🏠 dove_of_peace 🕊️ turtle 🐢 snail 🐌 owl 🦉 dog 🐶 cat 🐱
`;

const words = TABLE.trim().split(/\s+/);
const EMOJI = new Map();
for (let n = 0; n < words.length; n += 2) EMOJI.set(words[n], words[n + 1]);

/** The character of a short name without its colons, or null. */
export const emojiOf = (name) => EMOJI.get(name.replace(/::skin-tone-\d$/, "")) ?? null;

/** [name, character] of those that begin with the letters, shortest name first. */
export function emojiLike(letters, limit = 8) {
  return [...EMOJI].filter(([name]) => name.startsWith(letters)).sort((a, b) => a[0].length - b[0].length).slice(0, limit);
}
