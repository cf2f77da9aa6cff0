export { isReadableName } from "../extraction/readable-names.ts";
