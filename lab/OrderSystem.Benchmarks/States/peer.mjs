// Runs the executions of a workload on aws-local-stepfunctions, one after another, and prints what it measured as JSON.
// To measure the executions per second of the fastest run:
//   node peer.mjs INSTALLATION DEFINITION INPUTS TASKS SECONDS RUNS
// To measure the bytes that an execution allocates:
//   node --expose-gc … peer.mjs INSTALLATION DEFINITION INPUTS TASKS memory
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { PerformanceObserver } from 'node:perf_hooks';

// The package needs Promise.withResolvers, which Node.js has only since version 22.
Promise.withResolvers ??= () => {
  const deferred = {};
  deferred.promise = new Promise((resolve, reject) => Object.assign(deferred, { resolve, reject }));
  return deferred;
};

const [installation, definitionPath, inputsPath, tasksPath, mode, runs] = process.argv.slice(2);
const { StateMachine } = createRequire(`${installation}/`)('aws-local-stepfunctions');
const machine = new StateMachine(JSON.parse(readFileSync(definitionPath, 'utf8')));
const inputs = JSON.parse(readFileSync(inputsPath, 'utf8'));
const tasks = JSON.parse(readFileSync(tasksPath, 'utf8'));
const taskResourceLocalHandlers = Object.fromEntries(Object.entries(tasks).map(([state, result]) => [state, () => result]));

async function execute(number) {
  const input = JSON.parse(inputs[number % inputs.length]);
  await machine.run(input, { overrides: { taskResourceLocalHandlers } }).result;
}

async function runFor(seconds) {
  const start = performance.now();
  let executions = 0;
  while (performance.now() - start < seconds * 1000) await execute(executions++);
  return executions / ((performance.now() - start) / 1000);
}

if (mode === 'memory') {
  await runFor(1);
  let collections = 0;
  new PerformanceObserver((list) => (collections += list.getEntries().length)).observe({ entryTypes: ['gc'] });
  globalThis.gc();
  await new Promise((resolve) => setTimeout(resolve, 50));
  collections = 0;
  const before = process.memoryUsage().heapUsed;
  let executions = 0;
  const start = performance.now();
  // Allocate only as much as fits into the young generation, so that the garbage collector does not run during the
  // measurement.
  while (process.memoryUsage().heapUsed - before < 64e6 && performance.now() - start < 5000) await execute(executions++);
  const allocated = process.memoryUsage().heapUsed - before;
  await new Promise((resolve) => setTimeout(resolve, 50));
  console.log(JSON.stringify({ allocated: allocated / executions, collections }));
} else {
  await runFor(Number(mode));
  let rate = 0;
  for (let run = 0; run < Number(runs); run++) rate = Math.max(rate, await runFor(Number(mode)));
  console.log(JSON.stringify({ rate }));
}
