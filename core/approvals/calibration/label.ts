/** One decision of an approver, as evidence of how far the confidence is to be trusted. */
export interface Label {
  /** Of the draft that was decided, as it was computed then: raw, from 0 to 1. */
  readonly confidence: number;
  /** Was the draft right as it stood? An edited or rejected one was not. */
  readonly approved: boolean;
}
