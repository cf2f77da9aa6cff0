/** Slack sends the first three, Teams activities. */
export type ChatRequestKind = "events" | "interactions" | "commands" | "activities";

/** A request of a chat platform, untouched: its signature covers the very bytes. */
export interface ChatRequest {
  /** Which address it was sent to. */
  readonly kind: ChatRequestKind;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly rawBody: Uint8Array;
}

export interface ChatResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Takes in what a chat platform sends over HTTP. */
export interface ChatReceiver {
  /**
   * Answers once what it brought is stored: 200 (also where it asks for nothing), 400 (unreadable), 401 (not from the
   * platform, and recorded), 429 or 503 (not stored; the platform sends it again). Never throws for what it was sent.
   */
  receive(request: ChatRequest): Promise<ChatResponse>;
}
