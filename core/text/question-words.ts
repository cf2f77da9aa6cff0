/**
 * What makes a sentence a question and names nothing that a passage would say: as terms, as the analyser gives them.
 */
export const questionWords: ReadonlySet<string> = new Set(
  (
    "what which who whom whose when where why how do doe did can could should would shall mai might i me my we our us you your " +
    "อะไร ใคร ใด ไหน เมื่อ เมื่อใด เมื่อไร เมื่อไหร่ อย่างไร ยังไง เท่าไร เท่าไหร่ เท่าใด กี่ ไหม หรือไม่ ทำไม คือ ที่ ของ ใน และ เป็น มี ได้ ให้ กับ ว่า จะ"
  ).split(" "),
);
