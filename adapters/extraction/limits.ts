/** Sizes above which a file is refused as `document_too_complex`. */
export const limits = {
  /** Bytes of a file as uploaded. */
  fileBytes: 100 * 1024 * 1024,
  /** Bytes of one text file (Markdown, HTML, CSV, mail): they are held in memory several times while parsed. */
  textFileBytes: 60 * 1024 * 1024,
  /** Characters of all extracted text together: about 2.5 million tokens, 5,000 passages. */
  textCharacters: 10_000_000,
  /** Blocks of one document. */
  blocks: 500_000,
  /** Bytes of all entries of a zip container, inflated. */
  inflatedBytes: 250 * 1024 * 1024,
  /** Inflated over packed size; real office files stay below 100. */
  inflationRatio: 300,
  /** Below this inflated size the ratio is of no concern. */
  inflationRatioFromBytes: 20 * 1024 * 1024,
  zipEntries: 10_000,
  /** Open elements inside each other in HTML. */
  htmlDepth: 2_000,
  pdfPages: 5_000,
} as const;
