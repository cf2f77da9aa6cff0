/** A channel's own names of whom and what to answer, such as the person and the message. Never secrets. */
export type Address = Readonly<Record<string, string>>;
