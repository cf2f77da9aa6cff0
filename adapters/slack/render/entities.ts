/** The three characters that Slack wants escaped: https://docs.slack.dev/messaging/formatting-message-text#escaping */
export const escapeEntities = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** The opposite of `escapeEntities`. */
export const unescapeEntities = (text: string): string =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
