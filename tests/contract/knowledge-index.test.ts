import { systemClock } from "../../core/clock.ts";
import { silentLogger } from "../../core/logger.ts";
import { createSearchIndex } from "../../adapters/search/create-search-index.ts";
import { memoryKnowledgeIndex } from "../fakes/knowledge-index.ts";
import { knowledgeIndexContract } from "./knowledge-index.ts";

knowledgeIndexContract("fake", async () => memoryKnowledgeIndex());
knowledgeIndexContract("in memory", async () =>
  createSearchIndex({ clock: systemClock, logger: silentLogger }),
);
