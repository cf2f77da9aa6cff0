export interface Question {
  readonly question: string;
  readonly departmentId: string | null;
  readonly conversationId: string | null;
  /** Asking again with the same one answers once. */
  readonly eventId: string;
}
export interface AcceptedQuestion {
  readonly turnId: string;
  readonly conversationId: string;
}
