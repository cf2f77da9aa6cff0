/** An address longer than this would fill a block by itself. */
const longestAddress = 2_000;

/** The address where it may be opened from a message (web, mail, telephone), fit to stand in `<…>`; else null. */
export function linkAddress(href: string): string | null {
  const address = href.trim().replaceAll(/[\s<>|"\\^`{}]/g, (character) => encodeURIComponent(character));
  if (address.length > longestAddress || !/^(?:https?:\/\/[^/?#]|mailto:.|tel:.)/i.test(address)) return null;
  return URL.canParse(address) ? address : null;
}
