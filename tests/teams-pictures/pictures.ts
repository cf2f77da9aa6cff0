import { createHash } from "node:crypto";
import type { DemoCompany } from "../slack-pictures/demo-company.ts";
import type { Theme } from "./html/theme.ts";
import type { Scene } from "./scene.ts";
import { answerScenes } from "./scenes/answers.ts";
import { approvalScenes } from "./scenes/approvals.ts";
import { escalationScenes } from "./scenes/escalations.ts";
import { formScenes } from "./scenes/forms.ts";
import { peopleScenes } from "./scenes/people.ts";

/** Where the pictures lie, from the repository's root. */
export const pictureFolder = "docs/images/teams";

/** What was drawn when the pictures were made, from the repository's root: a fingerprint by scene. */
export const drawnFile = "tests/teams-pictures/drawn.json";

/** Of what a scene shows; ids are made anew each time. */
export const fingerprint = ({ frame }: Scene): string =>
  createHash("sha256")
    .update(JSON.stringify(frame).replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "id"))
    .digest("hex")
    .slice(0, 16);

export async function makeScenes(company: DemoCompany): Promise<readonly Scene[]> {
  const kinds = [answerScenes, peopleScenes, approvalScenes, escalationScenes, formScenes];
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
/** A window of Teams' own. */
const form = 520;

const alsoDark = new Set(["answer", "expert-card", "feedback-form", "approval-card", "escalation-card"]);
const alsoInContrast = new Set([
  "answer",
  "expert-card",
  "feedback-form",
  "approval-card",
  "escalation-card",
]);
const alsoOnPhone = new Set(["answer", "expert-card", "fuller-offer", "approval-card", "escalation-card"]);

/** Each scene in light; some also dark, in high contrast or as wide as a phone. */
export const picturesOf = (scenes: readonly Scene[]): readonly Picture[] =>
  scenes.flatMap((scene): readonly Picture[] => {
    const { name } = scene;
    const width = scene.frame.kind === "form" ? form : desktop;
    const also = (
      names: ReadonlySet<string>,
      ending: string,
      theme: Theme,
      wide: number,
    ): readonly Picture[] =>
      names.has(name) ? [{ file: `${name}-${ending}`, scene, theme, width: wide }] : [];
    return [
      { file: name, scene, theme: "light", width },
      ...also(alsoDark, "dark", "dark", width),
      ...also(alsoInContrast, "contrast", "contrast", width),
      ...also(alsoOnPhone, "phone", "light", phone),
    ];
  });
