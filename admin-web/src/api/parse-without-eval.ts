import { z } from "zod";

// Comes before every schema: the content security policy forbids the code generation that each would try.
z.config({ jitless: true });
