/** As whom the product writes in other systems. */
export const productName = "The Expert";
