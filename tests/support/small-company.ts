import { companyPlan, type CompanyPlan } from "../../core/tenancy/company.ts";

/** A company with two departments and four people; companies of two slugs share nothing but their shape. */
export const smallCompany = (slug = "small"): CompanyPlan =>
  companyPlan.parse({
    name: { en: `Company ${slug}`, th: `บริษัท ${slug}` },
    slug,
    domain: `${slug}.example`,
    description: { en: "Makes things.", th: "ผลิตสิ่งของ" },
    timeZone: "Asia/Bangkok",
    departments: [
      {
        slug: "operations",
        name: { en: "Operations", th: "ปฏิบัติการ" },
        description: { en: "Pumps, boilers and valves.", th: "ปั๊ม หม้อไอน้ำ และวาล์ว" },
        icon: "factory",
        audience: "everyone",
        guests: true,
        shareable: true,
        questions: [{ text: "How do I start the pump?", language: "en", answeredBy: "pump.md" }],
      },
      {
        slug: "finance",
        name: { en: "Finance", th: "การเงิน" },
        description: { en: "Budgets and invoices.", th: "งบประมาณและใบแจ้งหนี้" },
        icon: "coins",
        audience: "members",
        approval: { auto_approve_confidence: 0.9 },
      },
    ],
    people: [
      {
        name: "Ada Admin",
        email: `ada@${slug}.example`,
        roles: ["admin"],
        departments: { operations: "lead", finance: "lead" },
      },
      {
        name: "Sam Staff",
        email: `sam@${slug}.example`,
        roles: ["staff"],
        departments: { operations: "member" },
      },
      { name: "Vic Viewer", email: `vic@${slug}.example`, roles: ["viewer"] },
      {
        name: "Fay Finance",
        email: `fay@${slug}.example`,
        roles: ["staff", "approver"],
        departments: { finance: "member" },
      },
    ],
  });
