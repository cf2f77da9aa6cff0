import { extensionOf, kindByExtension } from "./detect-kind.ts";

const officeAndPlain = "pdf docx docm dotx xlsx xlsm xltx pptx pptm txt text log rst adoc".split(" ");
const readable = new Set([...Object.keys(kindByExtension), ...officeAndPlain]);

/** Does the name promise a format that is read? Its content decides in the end. */
export const isReadableName = (name: string): boolean => readable.has(extensionOf(name));
