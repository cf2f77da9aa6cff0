/** The part of jstat that is used; the package brings no types. */
declare module "jstat" {
  const jStat: {
    readonly beta: {
      /** The quantile of Beta(alpha, beta) at `p`, each from 0 to 1. */
      inv(p: number, alpha: number, beta: number): number;
    };
  };
  export = jStat;
}
