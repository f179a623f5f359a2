// Tests a Step Functions endpoint with the AWS SDK for JavaScript: node sdk.mjs INSTALLATION ENDPOINT SCENARIO
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const [installation, endpoint, scenario] = process.argv.slice(2);
const sfn = createRequire(`${installation}/`)('@aws-sdk/client-sfn');
// By default, the SDK sends StartSyncExecution and TestState to the host name with the prefix "sync-", which only AWS has.
const client = new sfn.SFNClient({ endpoint, region: 'us-east-1', disableHostPrefix: true, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
const call = (operation, input = {}) => client.send(new sfn[`${operation}Command`](input));
const roleArn = 'arn:aws:iam::000000000000:role/test';
const pass = (result) => JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', Result: result, End: true } } });

async function create(definition, more = {}) {
  const name = `m-${crypto.randomUUID()}`;
  return { name, ...(await call('CreateStateMachine', { name, roleArn, definition, ...more })) };
}

async function ended(executionArn) {
  for (;;) {
    const execution = await call('DescribeExecution', { executionArn });
    if (execution.status !== 'RUNNING') return execution;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Checks that a call fails with the SDK's error class of the given name and with the HTTP status that AWS sends. */
async function fails(name, promise, message = /./) {
  await assert.rejects(promise, (error) => {
    assert.equal(error.name, name);
    assert.ok(error instanceof (sfn[name] ?? sfn.SFNServiceException), `the error ${name} is not an instance of the SDK's class for it`);
    assert.equal(error.$metadata.httpStatusCode, name === 'ConflictException' ? 409 : 400);
    assert.match(error.message, message);
    return true;
  });
}

const scenarios = {
  async executions() {
    const definition = JSON.stringify({
      StartAt: 'Each',
      States: { Each: { Type: 'Map', ItemsPath: '$.items', ItemProcessor: { StartAt: 'Add', States: { Add: { Type: 'Pass', Parameters: { 'sum.$': 'States.MathAdd($, 1)' }, End: true } } }, End: true } },
    });
    const { stateMachineArn, name, creationDate } = await create(definition);
    assert.ok(creationDate instanceof Date && Math.abs(creationDate - Date.now()) < 60_000);
    const described = await call('DescribeStateMachine', { stateMachineArn });
    assert.deepEqual([described.name, described.status, described.type, described.definition], [name, 'ACTIVE', 'STANDARD', definition]);
    const { executionArn } = await call('StartExecution', { stateMachineArn, name: 'first', input: '{"items":[1,2]}' });
    const execution = await ended(executionArn);
    assert.deepEqual([execution.status, execution.output], ['SUCCEEDED', '[{"sum":2},{"sum":3}]']);
    const types = [];
    for await (const page of sfn.paginateGetExecutionHistory({ client, pageSize: 3 }, { executionArn })) types.push(...page.events.map((event) => event.type));
    assert.equal(types[0], 'ExecutionStarted');
    assert.equal(types.at(-1), 'ExecutionSucceeded');
    assert.equal(types.filter((type) => type === 'MapIterationSucceeded').length, 2);
    const [last] = (await call('GetExecutionHistory', { executionArn, reverseOrder: true, maxResults: 1 })).events;
    assert.deepEqual([last.type, last.id, last.executionSucceededEventDetails.output], ['ExecutionSucceeded', types.length, execution.output]);
    const listed = await call('ListExecutions', { stateMachineArn, statusFilter: 'SUCCEEDED' });
    assert.deepEqual(listed.executions.map((item) => item.executionArn), [executionArn]);
    await call('DeleteStateMachine', { stateMachineArn });
  },

  async express() {
    const { stateMachineArn } = await create(pass({ ok: true }), { type: 'EXPRESS' });
    const answer = await call('StartSyncExecution', { stateMachineArn, input: '{}' });
    assert.deepEqual([answer.status, answer.output], ['SUCCEEDED', '{"ok":true}']);
    const fail = await create(JSON.stringify({ StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Own', Cause: 'why' } } }), { type: 'EXPRESS' });
    const failed = await call('StartSyncExecution', { stateMachineArn: fail.stateMachineArn });
    assert.deepEqual([failed.status, failed.error, failed.cause], ['FAILED', 'Own', 'why']);
  },

  async activities() {
    const { activityArn } = await call('CreateActivity', { name: `a-${crypto.randomUUID()}` });
    const { stateMachineArn } = await create(JSON.stringify({ StartAt: 'Work', States: { Work: { Type: 'Task', Resource: activityArn, HeartbeatSeconds: 60, End: true } } }));
    const succeeds = await call('StartExecution', { stateMachineArn, input: '{"n":1}' });
    const first = await call('GetActivityTask', { activityArn, workerName: 'worker' });
    assert.equal(first.input, '{"n":1}');
    await call('SendTaskHeartbeat', { taskToken: first.taskToken });
    await call('SendTaskSuccess', { taskToken: first.taskToken, output: '{"done":true}' });
    assert.equal((await ended(succeeds.executionArn)).output, '{"done":true}');
    const failing = await call('StartExecution', { stateMachineArn });
    const second = await call('GetActivityTask', { activityArn });
    await call('SendTaskFailure', { taskToken: second.taskToken, error: 'Own', cause: 'why' });
    const failed = await ended(failing.executionArn);
    assert.deepEqual([failed.status, failed.error, failed.cause], ['FAILED', 'Own', 'why']);
    await fails('InvalidToken', call('SendTaskSuccess', { taskToken: 'none', output: '{}' }));
    await fails('InvalidOutput', call('SendTaskSuccess', { taskToken: second.taskToken, output: '{' }));
    await call('DeleteActivity', { activityArn });
    await fails('ActivityDoesNotExist', call('DescribeActivity', { activityArn }));
  },

  async callbacks() {
    const sqs = async (operation, body) => {
      const response = await fetch(endpoint, { method: 'POST', headers: { 'x-amz-target': `AmazonSQS.${operation}`, 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify(body) });
      assert.ok(response.ok);
      return response.json();
    };
    const { QueueUrl } = await sqs('CreateQueue', { QueueName: `q-${crypto.randomUUID()}` });
    const Parameters = { QueueUrl, MessageBody: { 'token.$': '$$.Task.Token' } };
    const { stateMachineArn } = await create(JSON.stringify({ StartAt: 'Ask', States: { Ask: { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken', Parameters, End: true } } }));
    const { executionArn } = await call('StartExecution', { stateMachineArn });
    const { Messages } = await sqs('ReceiveMessage', { QueueUrl, WaitTimeSeconds: 20 });
    const taskToken = JSON.parse(Messages[0].Body).token;
    await call('SendTaskHeartbeat', { taskToken });
    await call('SendTaskSuccess', { taskToken, output: '"answered"' });
    assert.equal((await ended(executionArn)).output, '"answered"');
    await fails('TaskTimedOut', call('SendTaskSuccess', { taskToken, output: '{}' }));
  },

  async versions() {
    const created = await create(pass(1), { publish: true, versionDescription: 'one' });
    const { stateMachineArn } = created;
    assert.equal(created.stateMachineVersionArn, `${stateMachineArn}:1`);
    const updated = await call('UpdateStateMachine', { stateMachineArn, definition: pass(2) });
    const { stateMachineVersionArn } = await call('PublishStateMachineVersion', { stateMachineArn, revisionId: updated.revisionId });
    assert.equal(stateMachineVersionArn, `${stateMachineArn}:2`);
    await fails('ConflictException', call('PublishStateMachineVersion', { stateMachineArn, revisionId: 'INITIAL' }));
    const { stateMachineAliasArn } = await call('CreateStateMachineAlias', { name: 'live', routingConfiguration: [{ stateMachineVersionArn: `${stateMachineArn}:1`, weight: 100 }] });
    const old = await call('StartExecution', { stateMachineArn: stateMachineAliasArn });
    const execution = await ended(old.executionArn);
    assert.deepEqual([execution.output, execution.stateMachineAliasArn, execution.stateMachineVersionArn], ['1', stateMachineAliasArn, `${stateMachineArn}:1`]);
    await call('UpdateStateMachineAlias', { stateMachineAliasArn, routingConfiguration: [{ stateMachineVersionArn, weight: 100 }] });
    assert.equal((await ended((await call('StartExecution', { stateMachineArn: stateMachineAliasArn })).executionArn)).output, '2');
    const { stateMachineVersions } = await call('ListStateMachineVersions', { stateMachineArn });
    assert.equal(stateMachineVersions.length, 2);
    await fails('ConflictException', call('DeleteStateMachineVersion', { stateMachineVersionArn }));
    await call('TagResource', { resourceArn: stateMachineArn, tags: [{ key: 'team', value: 'orders' }] });
    assert.deepEqual((await call('ListTagsForResource', { resourceArn: stateMachineArn })).tags, [{ key: 'team', value: 'orders' }]);
  },

  async testState() {
    const answer = await call('TestState', {
      roleArn,
      inspectionLevel: 'DEBUG',
      input: '{"a":{"b":2}}',
      definition: JSON.stringify({ Type: 'Pass', InputPath: '$.a', Parameters: { 'c.$': '$.b' }, ResultPath: '$.r', Next: 'Other' }),
    });
    assert.deepEqual([answer.status, answer.nextState, answer.output], ['SUCCEEDED', 'Other', '{"a":{"b":2},"r":{"c":2}}']);
    assert.deepEqual([answer.inspectionData.afterInputPath, answer.inspectionData.afterParameters], ['{"b":2}', '{"c":2}']);
    const failed = await call('TestState', { roleArn, definition: JSON.stringify({ Type: 'Fail', Error: 'Own', Cause: 'why' }) });
    assert.deepEqual([failed.status, failed.error, failed.cause], ['FAILED', 'Own', 'why']);
  },

  async errors() {
    const missing = 'arn:aws:states:us-east-1:000000000000:stateMachine:none';
    await fails('InvalidDefinition', create('{"StartAt":"A","States":{}}'), /SCHEMA_VALIDATION_FAILED|MISSING_TRANSITION_TARGET/);
    await fails('InvalidName', call('CreateStateMachine', { name: 'a b', roleArn, definition: pass(1) }));
    await fails('StateMachineDoesNotExist', call('DescribeStateMachine', { stateMachineArn: missing }));
    await fails('StateMachineDoesNotExist', call('StartExecution', { stateMachineArn: missing }));
    await fails('InvalidArn', call('DescribeExecution', { executionArn: 'nonsense' }));
    await fails('ExecutionDoesNotExist', call('DescribeExecution', { executionArn: 'arn:aws:states:us-east-1:000000000000:execution:none:none' }));
    const { stateMachineArn, name } = await create(pass(1));
    await fails('StateMachineAlreadyExists', call('CreateStateMachine', { name, roleArn, definition: pass(2) }));
    await fails('InvalidExecutionInput', call('StartExecution', { stateMachineArn, input: '{' }));
    const { executionArn } = await call('StartExecution', { stateMachineArn, name: 'once', input: '{}' });
    await ended(executionArn);
    await fails('ExecutionAlreadyExists', call('StartExecution', { stateMachineArn, name: 'once', input: '{"other":1}' }));
    const verdict = await call('ValidateStateMachineDefinition', { definition: '{"StartAt":"A","States":{"A":{"Type":"Pass"}}}' });
    assert.equal(verdict.result, 'FAIL');
    assert.equal(verdict.diagnostics[0].severity, 'ERROR');
  },
};

await scenarios[scenario]();
