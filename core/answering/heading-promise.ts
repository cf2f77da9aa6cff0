const solution =
  /\b(?:mitigations?|procedures?|steps|resolutions?|resolv(?:e|ing)|remed(?:y|ies|iation)|workarounds?|troubleshooting|what (?:to|you must|must you|should you) do|fix(?:es|ing)?|solutions?)\b|ขั้นตอน|การแก้ไข|วิธีแก้|แก้ปัญหา|สิ่งที่ต้องทำ/i;
const task =
  /\b(?:how[ -]?to|how (?:do|can)|recover(?:y|ing)?|instructions?|set(?:ting)?[ -]?up|enroll?(?:ing|ment)?|request(?:ing)?|apply(?:ing)?|install(?:ing|ation)?|configur(?:e|ing|ation)|creat(?:e|ing)|report(?:ing)?|asking|claiming|start[ -]?up)\b|วิธี|การขอ|การแจ้ง|การใช้/i;
/** What is not yet, or no longer, the doing. */
const aside =
  /\b(?:overview|background|impact|meaning|symptoms?|diagnos[ei]s|prerequisites?|pre-?conditions?|post-?conditions?|prevention|examples?|references?|contingency|rules|faq|requirements?|notes?)\b|ความหมาย|ผลกระทบ|อาการ|ภาพรวม|การป้องกัน/i;

/** How far a heading promises what to do: 1 it does, 0.5 it may, 0 it says nothing of it, -0.5 it is about something else. */
export const headingPromise = (heading: string): number =>
  solution.test(heading) ? 1 : aside.test(heading) ? -0.5 : task.test(heading) ? 0.5 : 0;
