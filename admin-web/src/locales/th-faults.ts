import type { FaultTexts } from "./fault-text.ts";

/** What connections say most often; what a system itself has said stands behind it as it is. */
export const thaiFaults: FaultTexts = [
  [/^(Jira|PagerDuty|ServiceNow) does not answer( \(.+\))?\.$/, "$1 ไม่ตอบ$2"],
  [/^Jira cannot be reached \((.+)\)\.$/, "ติดต่อ Jira ไม่ได้ ($1)"],
  [/^Jira wants a pause\.$/, "Jira ขอให้พักการเรียก"],
  [/^(PagerDuty|ServiceNow) wants to be called less often \(429\)\.$/, "$1 ขอให้เรียกน้อยลง (429)"],
  [/^Jira answers with an error \((\d+)\)\.$/, "Jira ตอบด้วยข้อผิดพลาด ($1)"],
  [/^(PagerDuty|ServiceNow) answers (\d+)(?=$|:)/, "$1 ตอบด้วยข้อผิดพลาด ($2)"],
  [/^Jira does not take the connection's credentials/, "Jira ไม่รับบัญชีหรือโทเคนของการเชื่อมต่อ"],
  [/^PagerDuty does not take the REST key \((\d+)\)\.$/, "PagerDuty ไม่รับคีย์ REST API ($1)"],
  [/^PagerDuty does not take the integration key \((\d+)\)\.$/, "PagerDuty ไม่รับ Integration key ($1)"],
  [/^ServiceNow does not take the account \(401\)\.$/, "ServiceNow ไม่รับชื่อผู้ใช้หรือรหัสผ่าน (401)"],
  [/^(Jira|PagerDuty|ServiceNow) refuses it \((\d+)\)/, "$1 ปฏิเสธคำขอ ($2)"],
  [/^Jira leads elsewhere \((\d+)\)\.$/, "ที่อยู่ของ Jira พาไปที่อื่น ($1)"],
  [/^The account may not: (.+)\.$/, "บัญชียังไม่มีสิทธิ์: $1"],
  [/^The endpoint answered (\d+)\.$/, "ปลายทางตอบ $1"],
  [/^The endpoint did not answer in time, or broke off\.$/, "ปลายทางไม่ตอบในเวลา หรือตัดการเชื่อมต่อ"],
  [/^The endpoint cannot be reached\.$/, "ติดต่อปลายทางไม่ได้"],
  [/^The address belongs to a private network\.$/, "ที่อยู่นี้อยู่ในเครือข่ายที่ไม่อนุญาตให้ส่งไป"],
  [/^The address does not begin with https:\/\/\.$/, "ที่อยู่ต้องเป็น https"],
  [
    /^Nothing that happens in (Jira|PagerDuty|ServiceNow) comes back: .+$/,
    "การเปลี่ยนแปลงใน $1 ไม่กลับมา: ไม่มีรหัสลับของเว็บฮุก และไม่ได้ตั้งให้ถามเป็นระยะ",
  ],
  [/^Nobody is on call for the service now\.$/, "ขณะนี้ไม่มีผู้เข้าเวรของบริการ"],
  [
    /^It is tried again by itself\. See that the connection's address is Jira's, and that Jira runs\.$/,
    "ระบบจะลองใหม่เอง ตรวจสอบว่าที่อยู่เป็นของ Jira และ Jira ทำงานอยู่",
  ],
  [
    /^Make a new API token .+ and enter it, with its account, in the connection\.$/,
    "สร้างโทเคนใหม่ แล้วใส่ในการเชื่อมต่อพร้อมบัญชีของโทเคน",
  ],
  [
    /^Give it the permission “(.+)” in the permission scheme of the project\.$/,
    "ให้สิทธิ์ “$1” ใน permission scheme ของโครงการ",
  ],
  [
    /^Enter a secret in the connection and the same in Jira's webhook, or set a polling interval\.$/,
    "ใส่รหัสลับเดียวกันที่นี่และในเว็บฮุกของ Jira หรือตั้งเวลาถามการเปลี่ยนแปลง",
  ],
  [
    /^In PagerDuty, Integrations, API Access Keys, make a key .+$/,
    "สร้างคีย์ใน PagerDuty ที่ Integrations, API Access Keys แล้วใส่ในการเชื่อมต่อ สำหรับภูมิภาคยุโรปให้เลือกภูมิภาคด้วย",
  ],
  [
    /^In PagerDuty, on the service's page, Integrations, copy the key .+$/,
    "คัดลอกคีย์ของ Events API v2 จากหน้า Integrations ของบริการใน PagerDuty สำหรับภูมิภาคยุโรปให้เลือกภูมิภาคด้วย",
  ],
  [
    /^In PagerDuty, see the service's escalation policy and its schedules\.$/,
    "ตรวจสอบ escalation policy และตารางเวรของบริการใน PagerDuty",
  ],
  [
    /^See the user name and the password of the connection, and that the account is active\.$/,
    "ตรวจสอบชื่อผู้ใช้และรหัสผ่าน และว่าบัญชียังใช้งานได้",
  ],
  [
    /^See that this machine reaches ([^,]+?)(?:, and that the instance is awake)?\.$/,
    "ตรวจสอบว่าเครื่องนี้ติดต่อ $1 ได้",
  ],
  [/^Give the endpoint the signing secret that is set here\.$/, "ใส่รหัสลับสำหรับลงลายเซ็นที่ตั้งไว้ที่นี่ให้ปลายทาง"],
  [
    /^It is tried again by itself for a day; look whether the endpoint is up\.$/,
    "ระบบจะลองใหม่เองตลอดหนึ่งวัน ตรวจสอบว่าปลายทางทำงานอยู่",
  ],
  [
    /^Look into the endpoint's log for what it does not like, then send it again\.$/,
    "ดูสาเหตุในบันทึกของปลายทาง แล้วส่งอีกครั้ง",
  ],
  [
    /^Name the host in WEBHOOK_ALLOW_PRIVATE, or choose a public address\.$/,
    "ระบุโฮสต์ใน WEBHOOK_ALLOW_PRIVATE หรือใช้ที่อยู่สาธารณะ",
  ],
  [/^must not be above the limit per day$/, "ต้องไม่เกินจำนวนต่อวัน"],
  [/^must be at least 1; leave it empty for no limit$/, "ต้องเป็น 1 ขึ้นไป เว้นว่างหากไม่จำกัด"],
  [/^must be at most (\d+)$/, "ต้องไม่เกิน $1"],
  [/^must be a whole number$/, "ต้องเป็นจำนวนเต็ม"],
];
