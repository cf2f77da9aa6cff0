import type { ErrorCode } from "../../core/errors.ts";

/** How a file of the formats corpus ends: read, with what must stand in its text, or refused with a code. */
export type Expectation =
  | {
      readonly text: readonly (string | RegExp)[];
      readonly never?: readonly string[];
      readonly title?: string;
      readonly warning?: RegExp;
    }
  | { readonly refused: ErrorCode };

const read = (...text: readonly (string | RegExp)[]): Expectation => ({ text });
const refused = (code: ErrorCode): Expectation => ({ refused: code });

const encrypted = refused("document_encrypted");
const unsupported = refused("document_unsupported");
const imageOnly = refused("document_image_only");

/** One entry for each file of index.tsv, from its column `expected`. */
export const expectations: Readonly<Record<string, Expectation>> = {
  "normal/testPDF.pdf": read("Tika - Content Analysis Toolkit"),
  "normal/testPDF_bookmarks.pdf": read(
    /page 1: This is a page about France/,
    /page 2: This is a page about Denmark/,
  ),
  "normal/testPDF_rotated.pdf": read("Tika - Content Analysis Toolkit"),
  "normal/testPDFTwoTextBoxes.pdf": read(
    /Left column line 1\s+Left column line 2\s+.*Right column line 1\s+Right column line 2/s,
  ),
  "normal/testAnnotations.pdf": read("Here is some text"),
  "normal/testPDF_acroform3.pdf": read("signature field"),
  "normal/testPDFVarious.pdf": read(
    "This is the footer text",
    "Footnote appears here",
    "Bullet 2",
    "Row 2 Col 3",
  ),
  "normal/testPageNumber.pdf": read("This is page one"),
  "normal/testOptionalHyphen.pdf": { text: ["optionalhyphen"], never: ["\u00AD"] },
  "normal/testPDF_incrementalUpdates.pdf": read("Testing Incremental"),
  "normal/testPDF_XFA_govdocs1_258578.pdf": read("National Park Service"),
  "ocr/testOCR.pdf": imageOnly,
  "ocr/testPDF_Version.11.x.PDFA-1b.pdf": imageOnly,
  "normal/testPDF_protected.pdf": read("RETHINKING THE FINANCIAL NETWORK", /page 41: /),
  "encrypted/testPDF_no_extract_no_accessibility_owner_user.pdf": encrypted,
  "encrypted/testMicrosoftIRMServices.pdf": encrypted,
  "corrupt/testPDF_malformedXFA.pdf": refused("document_empty"),
  "hostile/testPDF_jsActionOnPage.pdf": refused("document_empty"),
  "embedded/testPDF_deeplyEmbeddedAttachments.pdf": { text: [/^page 1: a$/], warning: /attached/ },
  "normal/testContentStreamSpaceGlyphs.pdf": read("overlap"),
  "normal/testOverlappingText.pdf": read("Text the first time", "Text the second time"),
  "normal/testWORD.docx": read("This is a sample Microsoft Word Document"),
  "normal/testWORD_various.docx": read("Footnote appears here", "- Bullet 2", "2. Number bullet 2"),
  "normal/testWORD_numbered_list.docx": read("1. This\n   1. Is\n      1. A multi\n      2. Level"),
  "normal/testComment.docx": read("Here is some text", "Here is a comment"),
  "normal/testWORD_text_box.docx": read(
    once("This text is inside of a text box in the body of the document"),
  ),
  "normal/footnotes.docx": read(/Eto ochen prostoy\S* text so snoskoy/, "snoska"),
  "normal/testOptionalHyphen.docx": { text: ["optionalhyphen"], never: ["\u00AD"] },
  "ocr/testOCR.docx": read("This is some text"),
  "hostile/testWORD_macros.docm": { text: ["The quick brown fox"], warning: /macros/ },
  "normal/NullHeader.docx": read("Hundreds injured in Yemen protest"),
  "embedded/test_recursive_embedded.docx": { text: ["embed_0"], never: ["embed_1"], warning: /embedded/ },
  "embedded/EmbeddedPDF.docx": { text: ["Test Document with embedded pdf"], warning: /embedded/ },
  "normal/testAltChunkHTML.docx": read("Simple paragraph with a emphasized word", "| Col 1 | Col 2 |"),
  "encrypted/testWORD_protected_passtika.docx": encrypted,
  "corrupt/testWORD_truncated.docx": refused("document_corrupt"),
  "normal/testWORD.doc": unsupported,
  "encrypted/testWORD_protected_passtika.doc": encrypted,
  "normal/testEXCEL.xlsx": read("Numbers and their Squares", "| Number | Square |"),
  "normal/testEXCEL_dateFormats.xlsx": { text: ["date", "2018-09-20"], never: ["43363"] },
  "normal/testEXCEL_big_numbers.xlsx": {
    text: ["123456789012345 ", "123456789012346 "],
    never: ["e+", "E+"],
  },
  "encoding/testEXCEL_phonetic.xlsx": read("日本オラクル"),
  "normal/test-columnar.xlsx": read("Square of the Record Number", "1960-01-01"),
  "normal/protectedSheets.xlsx": read("защищена формула"),
  "hostile/testEXCEL_macro.xlsm": { text: ["This is a blank worksheet"], warning: /macros/ },
  "encrypted/testEXCEL_protected_passtika.xlsx": encrypted,
  "normal/testEXCEL.xls": unsupported,
  "normal/testPPT.pptx": read("This is a test file data with the same content as every other file"),
  "normal/testPPT_various.pptx": read("Here is a text box", "| Row 2 Col 1 |"),
  "normal/testPPT_masterFooter.pptx": read(once("Master footer is here")),
  "normal/testPPT_comment.pptx": read("subtitle", "add some content to this tps deck"),
  "embedded/test_embedded_zip.pptx": { text: ["Java Dump"], warning: /embedded/ },
  "normal/testHTML.html": { text: ["Test Indexation Html"], title: "Title : Test Indexation Html" },
  "encoding/testHTML_utf8.html": { text: ["åäö"], title: "Title : Tilte with UTF-8 chars öäå" },
  "encoding/testHTML_charset_utf16le.html": { text: ["This is a sample text"], title: "Title" },
  "encoding/testArabicMisleadingCharset.html": {
    text: ["قرية"],
    never: ["Ý", "\uFFFD"],
    warning: /windows-1256.*utf-8/,
  },
  "encoding/testHTMLNoisyMetaEncoding_1.html": read("الاتحاد الجزائري"),
  "hostile/testHTML_script_in_body.html": { text: ["This is a test"], never: ["cool script"] },
  "hostile/testHTMLBadScript.html": { text: ["This is a test"], never: ["script"] },
  "normal/testXHTML.html": {
    text: ["tests the ability of Apache Tika to extract content"],
    title: "XHTML test document",
  },
  "normal/big-preamble.html": { text: ["Агентство недвижимости"], never: ["function(", "document.write"] },
  "normal/testRFC822_multipart_attachments.eml": {
    text: ["This is test email for EML1"],
    title: "EML 1",
    warning: /^2 attachments/,
  },
  "normal/testEmailWithPNGAtt.eml": {
    text: ["This email has a PNG attachment included in it"],
    warning: /attachment/,
  },
  "normal/testEML_embedded_xhtml_and_img.eml": read(once("Using inline content")),
  "normal/testThunderbirdEml.eml": { text: ["Dear Vladimir"], title: "JUnit test message" },
  "normal/test-outlook.msg": unsupported,
  "encoding/testMSG_chinese.msg": unsupported,
  "normal/complex.mbox": unsupported,
  "normal/test-columnar.csv": read("| Record Number | Square of the Record Number |"),
  "normal/testCSV.csv": read("Numbers and their Squares", "| Number | Square |"),
  "encoding/testTXT_win-1252.txt": { text: ["“windows”"], warning: /windows-1252/ },
  "encoding/russian.cp866.txt": { text: ["Однажды, в студеную"], warning: /cp866/ },
  "encoding/english.cp500.txt": refused("document_undecodable"),
  "encoding/multi-language.txt": { text: ["ABC Category", "doação", "prácticas"], never: ["\uFFFD"] },
  "encoding/testTXTNonASCIIUTF8.txt": read("springt über den faulen Hund"),
  "normal/testMARKDOWN.md": read(
    "Title",
    "| a | b | c |",
    '```java title="Example"\nSystem.out.println("hi");\n```',
  ),
  "normal/testWebVTT.vtt": {
    text: ["Like internet experiences that are rich and entertaining"],
    never: ["-->"],
  },
  "hostile/quine.gz": unsupported,
  "encrypted/testZipEncrypted.zip": unsupported,
  "hostile/testZip_relative.zip": unsupported,
  "hostile/testZip_overlappingNames.zip": unsupported,
  "empty/testZip_zeroByte.zip": unsupported,
  "normal/test-documents.zip": unsupported,
  "encoding/gbk.zip": unsupported,
  "encoding/testZipEntryNameCharsetShiftSJIS.zip": unsupported,
  "encrypted/test7Z_protected_passTika.7z": unsupported,
  "normal/LibreOfficeWriter_odt_1.3.odt": unsupported,
  "normal/LibreOfficeCalc_ods_1.3.ods": unsupported,
  "corrupt/testODTnotaZipFile.odt": refused("document_corrupt"),
  "normal/testEPUB.epub": unsupported,
  "encoding/testRTF-ms932.rtf": unsupported,
  "ocr/testOCR.png": imageOnly,
  "ocr/testRotated+10.png": imageOnly,
  "ocr/testTIFF_multipage.tif": imageOnly,
  "hostile/testJPEG_GEO.jpg": imageOnly,
  "normal/EFT_Enrollment_Form.pdf": read("ELECTRONIC FUNDS TRANSFER (EFT) ENROLLMENT FORM"),
  "normal/TEMPLATE_Team_charter.docx": read("team charter to document roles", "🏁"),
  "normal/TEMPLATE_Internal_kickoff_agenda.docx": read("hold a team kickoff at the start of a project"),
  "normal/TEMPLATE_Risk_tracker.xlsx": read("track risks and discuss risk mitigation plans"),
  "screenshots/GIS-actual-alarms-and-log.png": imageOnly,
  "screenshots/MTM2-recovery-GUI_alarms-warnings.png": imageOnly,
  "screenshots/Fault_report_example_page_1.png": imageOnly,
  "screenshots/summary-state-atscheduler-in-fault-01.png": imageOnly,
};

/** Matches a whole document in which the words stand exactly once. */
function once(words: string): RegExp {
  const escaped = words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^(?:(?!${escaped})[\\s\\S])*${escaped}(?:(?!${escaped})[\\s\\S])*$`);
}
