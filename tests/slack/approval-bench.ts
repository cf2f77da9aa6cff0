import { changePolicy } from "../../core/approvals/change-policy.ts";
import type { ApprovalPolicyText } from "../../core/approvals/policy.ts";
import type { Channel, Message, Person, View, Violation } from "../slack-platform/slack-platform.ts";
import { personOf, until } from "../support/sample-work.ts";
import { type SlackCompany, type SlackProduct, startSlackProduct } from "../support/slack-product.ts";

/** What stands in the documents, by what is asked: each test asks something else, since approved answers are known. */
const manual = {
  pump: "To start the pump, open the inlet valve and turn the green key.",
  boiler: "To light the boiler, purge the burner for two minutes and press the ignition button.",
  crane: "To lower the crane, release the brake lever and watch the load indicator.",
  kiln: "To cool the kiln, close the gas tap and open the damper by hand.",
  mixer: "To clean the mixer, empty the drum and rinse it with warm water.",
  press: "To unlock the press, remove the safety pin and reset the counter.",
  lathe: "To oil the lathe, use grade 32 oil at both ends of the spindle.",
  forklift: "To charge the forklift, park it in bay four and plug in the yellow cable.",
  furnace: "To drain the furnace, open the lower hatch and wait one hour.",
  conveyor: "To tension the conveyor, turn both adjusting bolts by the same amount.",
  compressor: "To vent the compressor, open the red cock slowly until the gauge reads zero.",
  hoist: "To grease the hoist, use white grease on the chain only.",
  grinder: "To sharpen the grinder, dress the wheel with the diamond tool.",
  หม้อไอน้ำ: "หม้อไอน้ำใหม่ต้องตรวจทุก 6 เดือนโดยวิศวกรที่มีใบอนุญาต",
  welder: "To change the filter of the welder, open the rear panel and pull the grey cassette.",
  saw: "To align the saw, loosen the two front screws and use the steel ruler.",
  chiller: "To defrost the chiller, switch the fan to manual for twenty minutes.",
} as const;

/**
 * A product whose experts, Ada and Fay, approve answers in Slack, and what their tests do with it.
 * @param machines whose manuals it knows
 */
export async function openApprovalBench(machines: readonly (keyof typeof manual)[]) {
  const product: SlackProduct = await startSlackProduct({
    plan: (plan) => ({
      ...plan,
      // Names are told where no guest reads along, which a department tells that is closed to guests.
      departments: plan.departments.map((one) =>
        one.slug === "operations" ? { ...one, guests: false } : one,
      ),
      people: plan.people.map((person) =>
        person.email.startsWith("fay@")
          ? { ...person, departments: { ...person.departments, operations: "lead" } }
          : person,
      ),
    }),
  });
  const small: SlackCompany = await product.join();
  const { people } = small;
  await Promise.all(
    machines.map((machine) => small.teach(`${machine}.md`, `# The ${machine}\n\n${manual[machine]}\n`)),
  );
  const { ada, sam, vic, fay } = people;
  const general: Channel = small.workspace.channel({
    name: "general",
    members: [ada, sam, vic, fay, small.bot],
  });

  const policy = async (changes: ApprovalPolicyText = {}): Promise<void> => {
    const parts = product.parts();
    const identity = await parts.people.identify(small.company.tenantId, personOf(small.company, "ada"));
    if (!identity) throw new Error("Ada is not known");
    await changePolicy(parts, identity, "operations", {
      required_for: "new_answers",
      auto_approve_confidence: 1,
      levels: [{ approvers: { role: "lead" } }],
      ...changes,
    });
  };
  const own = (ts: string): readonly Message[] =>
    general.thread(ts).filter(({ user }) => user === small.bot.botUserId);
  const texts = (messages: readonly Message[]): readonly string[] => messages.map(({ text }) => text);
  const ask = async (question: string, by: Person = people.sam): Promise<string> => {
    const { ts } = await by.mention(general, question);
    await product.settled();
    return ts;
  };
  const dm = (person: Person): Channel => small.workspace.dm(person);
  const cards = (person: Person, about: string): readonly Message[] =>
    dm(person)
      .messages()
      .filter(({ user, text }) => user === small.bot.botUserId && text.includes(about));
  const card = (person: Person, about: string): Message => {
    const [found] = cards(person, about);
    if (!found) throw new Error(`${person.name} has no card about ${about}`);
    return found;
  };
  const whispers = (person: Person): readonly string[] => texts(dm(person).ephemerals(person));
  const click = async (person: Person, message: Message, actionId: string): Promise<void> => {
    await person.click(message, `approval_${actionId}`);
    await product.settled();
  };
  const chooses = async (person: Person, message: Message, action: string): Promise<void> => {
    const value = new RegExp(`${action}:[0-9a-f-]{36}:\\d+`).exec(JSON.stringify(message.blocks))?.[0];
    if (value === undefined) throw new Error(`the card does not offer ${action}`);
    await person.click(message, "approval_more", value);
    await product.settled();
  };
  const form = async (person: Person, message: Message, actionId: string): Promise<View> => {
    await person.click(message, `approval_${actionId}`);
    await until("the form is filled", async () => person.modals().at(-1)?.callbackId === "approval_form");
    return person.modals().at(-1)!;
  };

  /** What was refused, where the test is about that. */
  const forgiven = (): readonly string[] =>
    (product.platform.violations as Violation[]).splice(0).map(({ error }) => error);

  return {
    product,
    small,
    people,
    general,
    policy,
    own,
    texts,
    ask,
    dm,
    cards,
    card,
    whispers,
    click,
    chooses,
    form,
    forgiven,
  };
}

export type ApprovalBench = Awaited<ReturnType<typeof openApprovalBench>>;
