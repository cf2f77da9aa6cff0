/** What a message carries. */
type Attachment = Readonly<Record<string, unknown>>;

export interface StoredFile {
  readonly name: string;
  readonly content: string | Uint8Array;
  /** As pictures have it. */
  readonly mediaType: string;
}

/** Files that people send: those of chats lie in OneDrive, pictures in the bot service itself. */
export interface Drive {
  /** What a message carries of a file of a personal chat. */
  file(file: Omit<StoredFile, "mediaType">): Attachment;
  /** Of a picture in the text. */
  picture(file: Pick<StoredFile, "content" | "mediaType">): Attachment;
  /** Of a file of a channel or group chat, which the bot may not open. */
  reference(file: Pick<StoredFile, "name">): Attachment;
  /**
   * What Microsoft's own hosts answer: the address of a message leads to the service that hands over the content. Null for
   * any other host. Credentials in the request are a violation: the address alone opens the file.
   */
  open(url: URL, init?: RequestInit): Response | null;
  /** A picture's bytes; null where there is none at the path. */
  view(pathname: string): StoredFile | null;
}
