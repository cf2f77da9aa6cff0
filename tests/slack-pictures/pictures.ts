import { createHash } from "node:crypto";
import { frameHtml } from "./html/frames.ts";
import type { Theme } from "./html/style.ts";
import type { DemoCompany } from "./demo-company.ts";
import { names, type Scene } from "./scene.ts";
import { answerScenes } from "./scenes/answers.ts";
import { approvalScenes } from "./scenes/approvals.ts";
import { escalationScenes } from "./scenes/escalations.ts";
import { formScenes } from "./scenes/forms.ts";
import { peopleScenes } from "./scenes/people.ts";
import { privacyScenes } from "./scenes/privacy.ts";

/** Where the pictures lie, from the repository's root. */
export const pictureFolder = "docs/images/slack";

/** What was drawn when the pictures were made, from the repository's root: a fingerprint by scene. */
export const drawnFile = "tests/slack-pictures/drawn.json";

/** Of what a scene shows; ids are made anew each time. */
export const fingerprint = ({ frame }: Scene): string =>
  createHash("sha256")
    .update(frameHtml(frame, names).replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "id"))
    .digest("hex")
    .slice(0, 16);

export async function makeScenes(company: DemoCompany): Promise<readonly Scene[]> {
  const kinds = [answerScenes, privacyScenes, peopleScenes, approvalScenes, escalationScenes, formScenes];
  return (await Promise.all(kinds.map((make) => make(company)))).flat();
}

export interface Picture {
  /** Without its ending. */
  readonly file: string;
  readonly scene: Scene;
  readonly theme: Theme;
  /** In CSS pixels. */
  readonly width: number;
}

const desktop = 680;
const phone = 390;
/** A window of Slack's own. */
const modal = 520;

const alsoDark = new Set(["answer", "fuller-offer", "home", "approval-card", "escalation-card"]);
const alsoOnPhone = new Set(["answer"]);

/** Each scene in light; some also dark or as wide as a phone. */
export const picturesOf = (scenes: readonly Scene[]): readonly Picture[] =>
  scenes.flatMap((scene) => {
    const { name } = scene;
    const width = scene.frame.kind === "modal" ? modal : desktop;
    return [
      { file: name, scene, theme: "light", width },
      ...(alsoDark.has(name) ? [{ file: `${name}-dark`, scene, theme: "dark", width } as const] : []),
      ...(alsoOnPhone.has(name)
        ? [{ file: `${name}-phone`, scene, theme: "light", width: phone } as const]
        : []),
    ];
  });
