import { createFakeDirectory } from "../fakes/directory.ts";
import { groupIn } from "../../core/identity/groups/group-id.ts";
import { directoryContract } from "./directory.ts";

directoryContract("memory", async () => {
  const directory = createFakeDirectory("entra:memory");
  let count = 0;
  const named = (): string => {
    count += 1;
    return `id-${String(count)}`;
  };
  const ownId = (group: string): string => group.slice(directory.id.length + 1);
  return {
    directory,
    id: directory.id,
    person({ guest = false, enabled = true } = {}) {
      const id = named();
      directory.people.set(id, { name: "Nok", emails: [`${id}@small.example`], guest, enabled });
      return id;
    },
    group(...members) {
      const id = named();
      directory.groups.set(id, new Set(members));
      return groupIn(directory.id, id);
    },
    remove: (group, member) => void directory.groups.get(ownId(group))?.delete(member),
    ownId,
    away: (is) => {
      directory.away = is;
    },
  };
});
