using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using OrderSystem.CrashTests.Clouds;
using OrderSystem.CrashTests.Processes;
using OrderSystem.LocalCloud.Hosting.Tools;

namespace OrderSystem.Tests.Pipeline;

/// <summary>
/// Runs the pipeline's processes against an instance of DynamoDB Local. Tests can misconfigure the processor and run the
/// <c>dlq</c> command.
/// </summary>
internal sealed class DeadLetterPipeline : IAsyncDisposable
{
    private readonly DirectoryInfo _deploy = Directory.CreateTempSubdirectory("dead-letters-");
    private readonly Timeline _timeline = new();
    private readonly IReadOnlyDictionary<string, string> _aws;
    private readonly Uri _localCloud = new($"http://127.0.0.1:{FreePort.Next()}");
    private readonly AwsJson _sqs;
    private readonly CloudProcess _processor;
    private readonly List<CloudProcess> _processes;

    public DeadLetterPipeline(Uri dynamoDb)
    {
        _aws = CloudEnvironment.Aws(dynamoDb.ToString(), _localCloud.ToString());
        _sqs = new AwsJson(_localCloud, "sqs");
        var function = _aws.Concat(CloudEnvironment.Function(_localCloud.Authority)).ToList();
        _processor = Create("Processor", () => [.. function, .. Processor]);
        _processes =
        [
            Create("LocalCloud", () => _aws, "--port", _localCloud.Port.ToString(CultureInfo.InvariantCulture), "--template", ImpatientTemplate()),
            _processor,
            Create("WorkflowFunctions", () => function),
            Create("Api", () => [.. _aws, new("ASPNETCORE_URLS", Orders.Address.ToString())]),
        ];
    }

    /// <summary>A client of the HTTP API.</summary>
    public OrdersClient Orders { get; } = new(FreePort.Next());

    /// <summary>Additional environment variables for the processor, which apply from its next start.</summary>
    public Dictionary<string, string> Processor { get; } = [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _processes.ForEach(process => process.Start());
        await EventuallyAsync(async () => await _sqs.IsHealthyAsync(cancellationToken) && await Orders.IsHealthyAsync(cancellationToken), cancellationToken);
    }

    /// <summary>Restarts the processor.</summary>
    public async Task RestartProcessorAsync(CancellationToken cancellationToken)
    {
        await _processor.RestartAsync(cancellationToken);
        Assert.Empty(_processor.TakeComplaints());
    }

    /// <summary>Runs the command <c>dlq</c> as a user would.</summary>
    public async Task<(int? ExitCode, string Output)> DlqAsync(string[] arguments, CancellationToken cancellationToken) => await Tool.RunAsync(
        "env",
        [.. _aws.Select(variable => $"{variable.Key}={variable.Value}"), "dotnet", "exec", Repository.Assembly("OrderSystem.Dlq"), .. arguments],
        cancellationToken);

    /// <summary>Waits until the dead-letter queue contains exactly the given number of messages.</summary>
    public Task ParkedAsync(int count, CancellationToken cancellationToken) => EventuallyAsync(
        async () =>
        {
            var queue = await _sqs.CallAsync("AmazonSQS.GetQueueUrl", new JsonObject { ["QueueName"] = "order-system-dead-letters" }, cancellationToken);
            var request = new JsonObject { ["QueueUrl"] = queue["QueueUrl"]!.DeepClone(), ["AttributeNames"] = new JsonArray("ApproximateNumberOfMessages") };
            var attributes = (await _sqs.CallAsync("AmazonSQS.GetQueueAttributes", request, cancellationToken))["Attributes"]!;
            return int.Parse((string)attributes["ApproximateNumberOfMessages"]!, CultureInfo.InvariantCulture) == count;
        },
        cancellationToken);

    /// <summary>Checks a condition repeatedly until it is true.</summary>
    /// <exception cref="TimeoutException">
    /// The condition did not become true in time. The message contains the last output of the processes.
    /// </exception>
    public async Task EventuallyAsync(Func<Task<bool>> isSo, CancellationToken cancellationToken)
    {
        for (var asked = 0; asked < 1200; asked++)
        {
            if (await isSo())
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        }

        throw new TimeoutException(string.Join('\n', _processes.SelectMany(process => _timeline.Last(process.Name, 20))));
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_processes.Select(process => process.DisposeAsync().AsTask()));
        _sqs.Dispose();
        Orders.Dispose();
        _deploy.Delete(recursive: true);
    }

    /// <summary>Writes the deployed template, changed so that records are discarded after one retry.</summary>
    private string ImpatientTemplate()
    {
        const string Retries = "MaximumRetryAttempts: 10";
        foreach (var file in new FileInfo(Repository.TemplatePath).Directory!.GetFiles("*.json"))
            file.CopyTo(Path.Combine(_deploy.FullName, file.Name), overwrite: true);
        var template = File.ReadAllText(Repository.TemplatePath);
        Assert.Contains(Retries, template, StringComparison.Ordinal);
        var path = Path.Combine(_deploy.FullName, "template.yaml");
        File.WriteAllText(path, template.Replace(Retries, "MaximumRetryAttempts: 1", StringComparison.Ordinal));
        return path;
    }

    private CloudProcess Create(string project, Func<IEnumerable<KeyValuePair<string, string>>> environment, params string[] arguments) => new(
        project,
        () =>
        {
            var start = new ProcessStartInfo("dotnet", ["exec", Repository.Assembly($"OrderSystem.{project}"), .. arguments]);
            foreach (var (name, value) in environment())
                start.Environment[name] = value;
            return start;
        },
        _timeline);
}
