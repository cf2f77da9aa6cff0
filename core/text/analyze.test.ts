import { describe, expect, it } from "@jest/globals";
import { analyze, analyzeText } from "./analyze.ts";

describe("analyze", () => {
  it.each([
    ["The policies of reimbursing employees", ["polici", "reimburs", "employe"]],
    ["Café NAÏVE ﬁle Straße", ["cafe", "naiv", "file", "strass"]],
    ["don't the manager’s", ["don", "manag"]],
    ["DNS, VMs and URLs", ["dns", "vm", "url"]],
    ["multi-tenant", ["multi", "tenant"]],
    ["", []],
    ["… — !", []],
  ])("reads %s", (text, terms) => {
    expect(analyze(text)).toEqual(terms);
  });

  it.each([
    ["ORA-01555", ["ora-01555", "ora", "01555"]],
    ["max_retry_count", ["max_retry_count", "max", "retri", "count"]],
    ["KubePodCrashLooping", ["kubepodcrashloop", "kube", "pod", "crash", "loop"]],
    ["CPUThrottlingHigh", ["cputhrottlinghigh", "cpu", "throttl", "high"]],
    ["GitLab", ["gitlab"]],
    ["0x80070005", ["0x80070005"]],
    ["v1.2.3", ["v1.2.3", "v1", "2", "3"]],
    ["/etc/nginx/nginx.conf", ["etc/nginx/nginx.conf", "nginx.conf", "etc", "nginx", "nginx", "conf"]],
    ["10GB", ["10gb", "10", "gb"]],
    ["aGVsbG8gd29ybGQ", ["agvsbg8gd29ybgq"]],
  ])("keeps %s whole and in parts", (text, terms) => {
    expect(analyze(text)).toEqual(terms);
  });

  it("cuts Thai into words, joined Latin apart, in one spelling", () => {
    expect(analyze("เบิกค่าเดินทาง")).toEqual(["เบิก", "ค่า", "เดิน", "ทาง"]);
    expect(analyze("ใช้VPNไม่ได้")).toEqual(["ใช้", "vpn", "ไม่", "ได้"]);
    expect(analyze("น้ำ ๑๒๓")).toEqual(["น้ำ", "123"]);
    expect(analyze("นํ้า")).toEqual(analyze("น้ำ"));
  });

  it("cuts other scripts without spaces", () => {
    expect(analyze("東京に行く").length).toBeGreaterThan(1);
    expect(analyze("ພາສາລາວ").length).toBeGreaterThan(0);
  });

  it("counts words, not their other forms, as length, and gives pieces of unspaced runs", () => {
    expect(analyzeText("restart KubePodCrashLooping ORA-01555").length).toBe(4);
    expect(analyzeText("ภาษา").grams).toEqual(["ภาษ", "าษา"]);
    expect(analyzeText("english").grams).toEqual([]);
  });

  it("takes time in proportion to hostile input", () => {
    const started = performance.now();
    analyze("a.".repeat(100_000));
    analyze(`${"a".repeat(200_000)}!`);
    analyze("aB".repeat(50_000));
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
