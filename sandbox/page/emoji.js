// The short names this workspace knows; others are shown as written.

const CHARACTERS = {
  "+1": "👍", "-1": "👎", alarm_clock: "⏰", arrow_down: "⬇️", arrow_down_small: "🔽", arrow_right: "➡️", arrow_up: "⬆️",
  arrow_up_small: "🔼", arrow_upper_right: "↗️", arrow_lower_right: "↘️", arrows_counterclockwise: "🔄", ballot_box_with_check: "☑️",
  bar_chart: "📊", bell: "🔔", black_circle: "⚫", blue_circle: "🔵", blue_heart: "💙", books: "📚", bulb: "💡", bust_in_silhouette: "👤",
  busts_in_silhouette: "👥", calendar: "📅", chart_with_downwards_trend: "📉", chart_with_upwards_trend: "📈", clap: "👏", clipboard: "📋",
  clock3: "🕒", compass: "🧭", dart: "🎯", eyes: "👀", fire: "🔥", gear: "⚙️", green_circle: "🟢", green_heart: "💚", grey_question: "❔",
  handshake: "🤝", hourglass_flowing_sand: "⏳", inbox_tray: "📥", information_source: "ℹ️", large_blue_circle: "🔵", large_green_circle: "🟢",
  large_orange_circle: "🟠", large_red_square: "🟥", large_yellow_circle: "🟡", leaves: "🍃", link: "🔗", lock: "🔒", mag: "🔍",
  mailbox: "📫", medal: "🏅", memo: "📝", moneybag: "💰", mute: "🔇", no_bell: "🔕", no_entry: "⛔", orange_circle: "🟠", outbox_tray: "📤",
  pencil: "📝", pencil2: "✏️", phone: "☎️", point_right: "👉", pray: "🙏", purple_circle: "🟣", pushpin: "📌", question: "❓", raised_hands: "🙌",
  red_circle: "🔴", repeat: "🔁", rocket: "🚀", rotating_light: "🚨", seedling: "🌱", shield: "🛡️", sleeping: "😴", slightly_smiling_face: "🙂",
  smile: "😄", sos: "🆘", sparkles: "✨", speech_balloon: "💬", star: "⭐", star2: "🌟", tada: "🎉", thinking_face: "🤔", thumbsup: "👍",
  thumbsdown: "👎", triangular_flag_on_post: "🚩", trophy: "🏆", umbrella: "☂️", warning: "⚠️", wave: "👋", wastebasket: "🗑️",
  white_check_mark: "✅", white_circle: "⚪", white_large_square: "⬜", wrench: "🔧", x: "❌", yellow_circle: "🟡", zap: "⚡", zzz: "💤",
};

/** The character of a short name, or undefined. */
export const emoji = (name) => (Object.hasOwn(CHARACTERS, name) ? CHARACTERS[name] : undefined);

/** Text with its :short_names: turned into characters. */
export const withEmoji = (text) => text.replace(/:([a-z0-9_+-]+):/g, (written, name) => emoji(name) ?? written);
