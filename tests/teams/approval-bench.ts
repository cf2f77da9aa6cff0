import { changePolicy } from "../../core/approvals/change-policy.ts";
import type { ApprovalPolicyText } from "../../core/approvals/policy.ts";
import { personOf } from "../support/sample-work.ts";
import { saidBy } from "../support/teams-messages.ts";
import { startTeamsProduct, type TeamsProduct } from "../support/teams-product.ts";
import type { Delivery, Json, Message, Person, Place } from "../teams-platform/teams-platform.ts";

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
  hoist: "To grease the hoist, use white grease on the chain only.",
  grinder: "To sharpen the grinder, dress the wheel with the diamond tool.",
  หม้อไอน้ำ: "หม้อไอน้ำใหม่ต้องตรวจทุก 6 เดือนโดยวิศวกรที่มีใบอนุญาต",
  welder: "To change the filter of the welder, open the rear panel and pull the grey cassette.",
  saw: "To align the saw, loosen the two front screws and use the steel ruler.",
} as const;

/** A product whose experts, Ada and Fay, approve answers in Teams, and what its tests do with it. */
export async function openApprovalBench() {
  const product: TeamsProduct = await startTeamsProduct({
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
  const { people, company } = product;
  for (const [machine, text] of Object.entries(manual))
    await product.teach(`${machine}.md`, `# The ${machine}\n\n${text}\n`);
  await product.installForAll();
  const team = product.tenant.team({ name: "Plant", members: Object.values(people) });
  await team.install(people.ada);
  const general: Place = team.channel({ name: "Pumps" });
  await product.settled();

  const policy = async (changes: ApprovalPolicyText = {}): Promise<void> => {
    const parts = product.parts();
    const identity = await parts.people.identify(company.tenantId, personOf(company, "ada"));
    if (!identity) throw new Error("Ada is not known");
    await changePolicy(parts, identity, "operations", {
      required_for: "new_answers",
      auto_approve_confidence: 1,
      levels: [{ approvers: { role: "lead" } }],
      ...changes,
    });
  };
  const own = (id: string): readonly string[] => product.ofBot(general.thread(id)).map(saidBy);
  const ask = async (question: string, by: Person = people.sam): Promise<string> => {
    const { id } = await by.mention(general, question);
    await settled();
    return id;
  };
  /** The bot's messages to a person that have this in them, but for its welcome. */
  const cards = ({ chat }: Person, about: string): readonly Message[] =>
    product
      .ofBot(chat.messages())
      .filter((message) => saidBy(message).includes(about) && !saidBy(message).startsWith("Hello "));
  const card = (person: Person, about: string): Message => {
    const [found] = cards(person, about);
    if (!found) throw new Error(`${person.name} has no card about ${about}`);
    return found;
  };
  const last = ({ chat }: Person): string => saidBy(product.ofBot(chat.messages()).at(-1));
  const click = async (
    person: Person,
    about: string,
    title: string,
    inputs: Json = {},
    as: "execute" | "submit" = "execute",
  ): Promise<Delivery> => {
    const delivery = await person.click(card(person, about), title, { inputs, as });
    await settled();
    return delivery;
  };
  const settled = (): Promise<void> => product.settled();

  return { product, people, general, policy, own, ask, cards, card, last, click, settled };
}

export type ApprovalBench = Awaited<ReturnType<typeof openApprovalBench>>;
