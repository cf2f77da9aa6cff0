/** In a fixture's own process: does what it is told, one order after the other, and ends where it cannot. */
export function answerOrders<Order>(obey: (order: Order) => object | Promise<object>): void {
  const answer = async (order: Order): Promise<void> => {
    process.send?.(await obey(order));
  };
  process.on("message", (order) => {
    answer(order as Order).catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
  });
}
