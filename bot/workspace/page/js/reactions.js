// Choosing an emoji for a message: those that are used most at hand, any other by its name.

import { emojiLike, emojiOf } from "./emoji.js";
import { chooseFrom } from "./menu.js";
import { t } from "./words.js";

const COMMON = ["memo", "eyes", "+1", "white_check_mark", "raised_hands", "pray", "rotating_light", "tada"];

const choice = (name) => ({ nodes: [emojiOf(name) ?? "", ` :${name}:`], detail: null, chosen: false, value: name });

/** Opens the choice under the button; use(name) with what was chosen. */
export async function pickEmoji(button, use) {
  const others = [..."abcdefghilmopqrstuwz"].flatMap((letter) => emojiLike(letter, 3)).map(([name]) => name).filter((name) => !COMMON.includes(name));
  const name = await chooseFrom(button, [{ options: COMMON.map(choice) }, { options: others.map(choice) }], t("React with an emoji"));
  if (name) use(name);
}
