import type { InstallOutcome } from "../core/identity/install-flow.ts";
import type { Language } from "../core/text/language.ts";

type Reason = Extract<InstallOutcome, { kind: "failed" }>["reason"];

interface Texts {
  readonly installed: (name: string) => string;
  readonly next: string;
  readonly open: string;
  readonly failed: string;
  readonly code: string;
  readonly reasons: Readonly<Record<Reason, { readonly what: string; readonly remedy: string }>>;
}

const texts: Readonly<Record<Language, Texts>> = {
  en: {
    installed: (name) => `The Expert is now in ${name}.`,
    next: "Open Slack and write to The Expert, or invite it to a channel with /invite @The Expert.",
    open: "Open Slack",
    failed: "The Expert was not added to Slack.",
    code: "For your administrator",
    reasons: {
      denied: {
        what: "The permission was not given.",
        remedy: "Open the link again and choose “Allow”, or ask an admin of your Slack workspace to do so.",
      },
      link_expired: {
        what: "The link does not work any more.",
        remedy: "Ask an admin of The Expert for a new one. A link works for an hour.",
      },
      other_browser: {
        what: "This was not begun in this browser, or it took longer than ten minutes.",
        remedy: "Open the link again and go on in the same browser, with cookies allowed.",
      },
      other_company: {
        what: "This Slack workspace belongs to another company in The Expert.",
        remedy: "Choose a workspace of your own, or ask whoever runs The Expert to move this one.",
      },
      refused: {
        what: "Slack did not accept the exchange.",
        remedy: "Open the link again. If this comes back, give the code below to your administrator.",
      },
      unavailable: {
        what: "Slack could not be reached, or the installation could not be stored.",
        remedy: "Open the link again in a minute.",
      },
    },
  },
  th: {
    installed: (name) => `The Expert อยู่ใน ${name} แล้ว`,
    next: "เปิด Slack แล้วส่งข้อความถึง The Expert หรือเชิญเข้าแชนเนลด้วย /invite @The Expert",
    open: "เปิด Slack",
    failed: "ยังเพิ่ม The Expert ลงใน Slack ไม่สำเร็จ",
    code: "สำหรับผู้ดูแลระบบ",
    reasons: {
      denied: {
        what: "ไม่ได้รับอนุญาต",
        remedy: "เปิดลิงก์อีกครั้งแล้วเลือก “Allow” หรือขอให้ผู้ดูแล Slack เวิร์กสเปซของคุณดำเนินการ",
      },
      link_expired: {
        what: "ลิงก์นี้ใช้ไม่ได้แล้ว",
        remedy: "ขอลิงก์ใหม่จากผู้ดูแล The Expert ลิงก์ใช้ได้หนึ่งชั่วโมง",
      },
      other_browser: {
        what: "ไม่ได้เริ่มขั้นตอนนี้ในเบราว์เซอร์นี้ หรือใช้เวลานานกว่าสิบนาที",
        remedy: "เปิดลิงก์อีกครั้งและทำต่อในเบราว์เซอร์เดิม โดยอนุญาตให้ใช้คุกกี้",
      },
      other_company: {
        what: "Slack เวิร์กสเปซนี้เป็นของบริษัทอื่นใน The Expert",
        remedy: "เลือกเวิร์กสเปซของคุณเอง หรือขอให้ผู้ที่ดูแล The Expert ย้ายเวิร์กสเปซนี้",
      },
      refused: {
        what: "Slack ไม่ยอมรับการเชื่อมต่อ",
        remedy: "เปิดลิงก์อีกครั้ง หากยังเกิดขึ้นอีก ให้แจ้งรหัสด้านล่างแก่ผู้ดูแลระบบ",
      },
      unavailable: {
        what: "ติดต่อ Slack ไม่ได้ หรือบันทึกการติดตั้งไม่สำเร็จ",
        remedy: "เปิดลิงก์อีกครั้งในอีกหนึ่งนาที",
      },
    },
  },
};

const style = `
:root { color-scheme: light dark; --text: #1a1b1e; --quiet: #555b61; --page: #f6f7f9; --card: #fff; --line: #dee2e6;
  --main: #1f5fa8; --on-main: #fff; --good: #2b8a3e; --bad: #c92a2a; }
@media (prefers-color-scheme: dark) { :root { --text: #e9ecef; --quiet: #a6adb4; --page: #141517; --card: #1f2023;
  --line: #373a40; --main: #74b0f4; --on-main: #10243b; --good: #69db7c; --bad: #ff8787; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--page);
  color: var(--text); font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", "Noto Sans Thai", Roboto, sans-serif; }
main { width: 100%; max-width: 30rem; padding: 2rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 0.75rem; }
h1 { margin: 0 0 0.75rem; font-size: 1.375rem; line-height: 1.35; overflow-wrap: anywhere; }
p { margin: 0 0 0.75rem; }
.mark { display: block; width: 2.5rem; height: 2.5rem; margin-bottom: 1rem; border-radius: 50%; text-align: center;
  font-size: 1.5rem; line-height: 2.5rem; color: var(--card); background: var(--good); }
.failed .mark { background: var(--bad); }
a.open { display: inline-block; margin-top: 0.5rem; padding: 0.6rem 1.25rem; border-radius: 0.5rem;
  background: var(--main); color: var(--on-main); font-weight: 600; text-decoration: none; }
a.open:focus-visible { outline: 3px solid var(--main); outline-offset: 3px; }
.code { color: var(--quiet); font-size: 0.875rem; overflow-wrap: anywhere; }
`;

/** A page without scripts that says whether the bot is in Slack now, and what to do if it is not. */
export function renderInstallPage(outcome: InstallOutcome, language: Language): string {
  const words = texts[language];
  const title = outcome.kind === "installed" ? words.installed(outcome.workspaceName) : words.failed;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escape(title)}</title>
<style>${style}</style>
</head>
<body>
<main class="${outcome.kind}">
<span class="mark" aria-hidden="true">${outcome.kind === "installed" ? "✓" : "!"}</span>
<h1>${escape(title)}</h1>
${outcome.kind === "installed" ? successOf(outcome, words) : failureOf(outcome, words)}
</main>
</body>
</html>
`;
}

function successOf({ openUrl }: Extract<InstallOutcome, { kind: "installed" }>, words: Texts): string {
  const link =
    openUrl === null ? "" : `\n<a class="open" href="${escape(openUrl)}">${escape(words.open)}</a>`;
  return `<p>${escape(words.next)}</p>${link}`;
}

function failureOf({ reason, detail }: Extract<InstallOutcome, { kind: "failed" }>, words: Texts): string {
  const { what, remedy } = words.reasons[reason];
  const code = detail === null ? "" : `\n<p class="code">${escape(words.code)}: ${escape(detail)}</p>`;
  return `<p>${escape(what)}</p>\n<p>${escape(remedy)}</p>${code}`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (mark) => entities[mark] ?? mark);

/** Thai where the browser prefers it to English. */
export function pickLanguage(acceptLanguage: string | undefined): Language {
  const weighed = (acceptLanguage ?? "").split(",").flatMap((entry) => {
    const [tag = "", ...parameters] = entry.trim().toLowerCase().split(";");
    const language = tag.split("-")[0];
    const quality = parameters
      .map((one) => /^\s*q=([\d.]+)$/.exec(one)?.[1])
      .find((one) => one !== undefined);
    return language === "en" || language === "th"
      ? [{ language, weight: Number(quality ?? 1) } as const]
      : [];
  });
  const [best] = weighed.sort((one, other) => other.weight - one.weight);
  return best?.language ?? "en";
}
