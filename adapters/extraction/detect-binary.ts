import { refuse, refuseCorrupt, refuseEncrypted, refuseImageOnly } from "./refusal.ts";
import { openZip, type ZipContainer } from "./zip-container.ts";

/** The office document inside a zip file. Throws a refusal for every other zip. */
export async function zipDocument(
  bytes: Uint8Array,
  extension: string,
): Promise<{ readonly kind: "docx" | "xlsx" | "pptx"; readonly zip: ZipContainer }> {
  const zip = await openZip(bytes);
  const has = (name: string): boolean => zip.names.has(name);
  if (has("[Content_Types].xml")) {
    if (has("word/document.xml")) return { kind: "docx", zip };
    if (has("xl/workbook.xml")) return { kind: "xlsx", zip };
    if (has("ppt/presentation.xml")) return { kind: "pptx", zip };
    if (has("xl/workbook.bin")) {
      throw refuse(
        "document_unsupported",
        "Binary workbooks (.xlsb) are not read.",
        "Save it as .xlsx and upload that.",
      );
    }
    const main = /PartName="\/(word|xl|ppt)\//.exec((await zip.text("[Content_Types].xml")) ?? "")?.[1];
    if (main === "word") return { kind: "docx", zip };
    throw refuseCorrupt("The file is an Office container without a document in it.");
  }
  if (has("mimetype") || has("META-INF/container.xml"))
    throw refuseForeignContainer((await zip.text("mimetype")) ?? "");
  if (["docx", "docm", "xlsx", "xlsm", "pptx", "pptm"].includes(extension)) {
    throw refuseCorrupt(`The file is named .${extension} but holds no such document.`);
  }
  const locked =
    zip.encryptedEntries === 0
      ? ""
      : ` ${zip.encryptedEntries} of its ${zip.names.size} entries are encrypted.`;
  throw refuseArchive(`The file is a ZIP archive.${locked}`);
}

const refuseArchive = (message: string): Error =>
  refuse("document_unsupported", message, "Unpack it and upload the documents in it.");

function refuseForeignContainer(mediaType: string): Error {
  if (mediaType.includes("epub")) {
    return refuse(
      "document_unsupported",
      "E-books (.epub) are not read.",
      "Export it as PDF or HTML and upload that.",
    );
  }
  const name = mediaType.includes("spreadsheet")
    ? "OpenDocument spreadsheets (.ods)"
    : "OpenDocument files (.odt, .odp)";
  return refuse(
    "document_unsupported",
    `${name} are not read.`,
    "Save it as .docx, .xlsx or PDF and upload that.",
  );
}

/**
 * Refuses OLE containers: Word, Excel and PowerPoint before 2007, Outlook messages, encrypted newer files.
 * An encrypted .docx is an OLE file with a stream EncryptedPackage ([MS-OFFCRYPTO] 1.3.1).
 */
export function legacyOffice(bytes: Buffer): void {
  if (bytes.subarray(0, 8).toString("hex") !== "d0cf11e0a1b11ae1") return;
  const holds = (stream: string): boolean => bytes.includes(Buffer.from(stream, "utf16le"));
  if (holds("EncryptedPackage") || holds("DRMEncryptedDataSpace"))
    throw refuseEncrypted("The file needs a password or rights to be opened.");
  if (holds("__substg1.0_")) {
    throw refuse(
      "document_unsupported",
      "Outlook messages (.msg) are not read.",
      "Save it as .eml or PDF and upload that.",
    );
  }
  if (holds("WordDocument")) {
    if (isEncryptedWord(bytes)) throw refuseEncrypted("The file needs a password to be opened.");
    throw refuse(
      "document_unsupported",
      "Word documents from before 2007 (.doc) are not read.",
      "Save it as .docx and upload that.",
    );
  }
  if (holds("Workbook") || holds("Book")) {
    throw refuse(
      "document_unsupported",
      "Excel workbooks from before 2007 (.xls) are not read.",
      "Save it as .xlsx and upload that.",
    );
  }
  if (holds("PowerPoint Document")) {
    throw refuse(
      "document_unsupported",
      "PowerPoint files from before 2007 (.ppt) are not read.",
      "Save it as .pptx and upload that.",
    );
  }
  throw refuse(
    "document_unsupported",
    "The file's format is not read.",
    "Export it as .docx or PDF and upload that.",
  );
}

/** Bit fEncrypted (0x0100) of the flags at offset 0x0A of the file information block, which starts with 0xA5EC ([MS-DOC] 2.5.2). */
function isEncryptedWord(bytes: Buffer): boolean {
  const start = 512;
  return (
    bytes.length > start + 12 &&
    bytes.readUInt16LE(start) === 0xa5ec &&
    (bytes.readUInt16LE(start + 10) & 0x0100) !== 0
  );
}

interface Signature {
  readonly what: "archive" | "image" | "other";
  readonly name: string;
  readonly offset?: number;
  readonly hex: string;
}

const signatures: readonly Signature[] = [
  { what: "archive", name: "gzip archive", hex: "1f8b" },
  { what: "archive", name: "7-Zip archive", hex: "377abcaf271c" },
  { what: "archive", name: "RAR archive", hex: "526172211a07" },
  { what: "archive", name: "bzip2 archive", hex: "425a68" },
  { what: "archive", name: "xz archive", hex: "fd377a585a00" },
  { what: "archive", name: "Zstandard archive", hex: "28b52ffd" },
  { what: "archive", name: "cabinet archive", hex: "4d534346" },
  { what: "archive", name: "tar archive", offset: 257, hex: "7573746172" },
  { what: "image", name: "PNG image", hex: "89504e470d0a1a0a" },
  { what: "image", name: "JPEG image", hex: "ffd8ff" },
  { what: "image", name: "GIF image", hex: "474946383" },
  { what: "image", name: "TIFF image", hex: "49492a00" },
  { what: "image", name: "TIFF image", hex: "4d4d002a" },
  { what: "image", name: "WebP image", offset: 8, hex: "57454250" },
  { what: "image", name: "HEIC image", offset: 4, hex: "6674797068656963" },
  { what: "image", name: "HEIC image", offset: 4, hex: "667479706d696631" },
  { what: "image", name: "AVIF image", offset: 4, hex: "6674797061766966" },
  { what: "other", name: "video", offset: 4, hex: "66747970" },
  { what: "other", name: "sound or video", hex: "52494646" },
  { what: "other", name: "sound", hex: "494433" },
  { what: "other", name: "sound", hex: "4f676753" },
  { what: "other", name: "program", hex: "7f454c46" },
  { what: "other", name: "program", hex: "4d5a9000" },
  { what: "other", name: "Java class", hex: "cafebabe" },
  { what: "other", name: "database", hex: "53514c69746520666f726d6174203300" },
];

/** Refuses what its first bytes show to be an archive, an image, sound, video or a program. */
export function archiveOrImage(bytes: Buffer, extension: string): void {
  const start = bytes.subarray(0, 300).toString("hex");
  const found = signatures.find(({ hex, offset = 0 }) => start.startsWith(hex, offset * 2));
  const bitmap = extension === "bmp" && start.startsWith("424d");
  if (bitmap || found?.what === "image") {
    throw refuseImageOnly(`The file is an image (${found?.name ?? "bitmap"}): text in images is not read.`);
  }
  if (found?.what === "archive") throw refuseArchive(`The file is an archive (${found.name}).`);
  if (found !== undefined) {
    throw refuse(
      "document_unsupported",
      `The file is not a document (${found.name}).`,
      "Upload a document: PDF, .docx, .xlsx, .pptx, Markdown, HTML, CSV or text.",
    );
  }
}
