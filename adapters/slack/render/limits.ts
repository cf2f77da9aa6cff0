/** What Slack accepts, in characters unless said otherwise. We count UTF-16 units, which never undercounts. */
export const slackLimits = {
  /** https://docs.slack.dev/reference/block-kit/blocks/section-block */
  sectionText: 3_000,
  /** Of a `mrkdwn` text in a context block: https://docs.slack.dev/reference/block-kit/composition-objects/text-object */
  contextText: 3_000,
  /** Blocks: https://docs.slack.dev/reference/block-kit/blocks */
  blocksPerMessage: 50,
  /**
   * Of all blocks together. Undocumented: `msg_blocks_too_long` came at 13,172 to 13,297 characters, each further
   * block taking about 125 (https://github.com/slackapi/bolt-js/issues/2509); we stay well below.
   */
  messageBlocks: 12_000,
  /** The part of `messageBlocks` that a block takes besides its text, measured there. */
  blockOverhead: 125,
  /** Recommended; 40,000 is refused: https://docs.slack.dev/reference/methods/chat.postMessage */
  fallbackText: 4_000,
  /** https://docs.slack.dev/reference/block-kit/blocks/table-block; a second table in a message is refused. */
  tablesPerMessage: 1,
  /** Rows, the header among them. */
  tableRows: 100,
  tableColumns: 20,
  /** Of all cells together. */
  tableText: 10_000,
  /** https://docs.slack.dev/reference/block-kit/block-elements/button-element; feedback buttons have the same. */
  buttonText: 75,
  buttonValue: 2_000,
} as const;
