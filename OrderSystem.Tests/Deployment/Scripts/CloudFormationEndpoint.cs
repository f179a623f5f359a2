using System.Collections.Concurrent;
using System.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrderSystem.Tests.Deployment.Scripts;

/// <summary>
/// Simulates the parts of CloudFormation, S3 and STS that a deployment uses, on the loopback address. The simulated
/// CloudFormation has only one stack.
/// </summary>
internal sealed class CloudFormationEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;

    private CloudFormationEndpoint(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <summary>The stack's status; null if the stack does not exist.</summary>
    public string? Status { get; set; }

    /// <summary>Whether the next change set contains no changes.</summary>
    public bool Unchanged { get; set; }

    /// <summary>Whether the execution of the next change set fails and is rolled back.</summary>
    public bool Fails { get; set; }

    /// <summary>The keys of the uploaded objects.</summary>
    public ConcurrentDictionary<string, bool> Uploads { get; } = new();

    /// <summary>The parameters of the last change set, as <c>NAME=VALUE</c>.</summary>
    public IReadOnlyList<string> Parameters { get; private set; } = [];

    public static async Task<CloudFormationEndpoint> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var endpoint = new CloudFormationEndpoint(app);
        app.Run(endpoint.AnswerAsync);
        await app.StartAsync(cancellationToken);
        return endpoint;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task AnswerAsync(HttpContext context) => context.Request.Headers.ContainsKey("X-Amz-Target") ? AnswerJsonAsync(context)
        : context.Request.HasFormContentType ? AnswerQueryAsync(context)
        : AnswerS3Async(context);

    private static Task AnswerJsonAsync(HttpContext context)
    {
        context.Response.ContentType = "application/x-amz-json-1.0";
        return context.Response.WriteAsync(context.Request.Headers["X-Amz-Target"].ToString().EndsWith("DescribeTable", StringComparison.Ordinal)
            ? """{"Table":{"DeletionProtectionEnabled":false}}"""
            : """{"Attributes":{"ApproximateNumberOfMessages":"2"}}""");
    }

    private async Task AnswerS3Async(HttpContext context)
    {
        var key = context.Request.Path.Value!;
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        context.Response.Headers["x-amz-bucket-region"] = "eu-central-1";
        context.Response.Headers.ETag = "\"1\"";
        if (HttpMethods.IsPut(context.Request.Method))
            Uploads[key] = true;
        else if (key.Count(letter => letter == '/') > 1 && !Uploads.ContainsKey(key))
            context.Response.StatusCode = StatusCodes.Status404NotFound;
    }

    private async Task AnswerQueryAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var action = form["Action"].ToString();
        context.Response.ContentType = "text/xml";
        if (action.StartsWith("DescribeStack", StringComparison.Ordinal) && Status is null)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync(
                "<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id orders-test does not exist</Message></Error><RequestId>1</RequestId></ErrorResponse>");
            return;
        }

        await context.Response.WriteAsync($"<{action}Response><{action}Result>{Result(action, form)}</{action}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></{action}Response>");
    }

    private string Result(string action, IFormCollection form)
    {
        switch (action)
        {
            case "GetCallerIdentity":
                return "<Account>123456789012</Account><Arn>arn:aws:iam::123456789012:user/dev</Arn><UserId>U</UserId>";
            case "ValidateTemplate" or "GetTemplateSummary":
                Assert.Contains(new Uri(form["TemplateURL"].ToString()).AbsolutePath, Uploads.Keys.Select(key => key.Replace("/packages", "", StringComparison.Ordinal)));
                return $"<Parameters>{Members(["TablePrefix", "LogRetentionInDays", "DataDeletionPolicy"], name => $"<ParameterKey>{name}</ParameterKey>")}</Parameters>";
            case "CreateChangeSet":
                Status ??= "REVIEW_IN_PROGRESS";
                Parameters = [.. Enumerable.Range(1, form.Keys.Count(key => key.EndsWith("ParameterKey", StringComparison.Ordinal)))
                    .Select(i => $"{form[$"Parameters.member.{i}.ParameterKey"]}={(form[$"Parameters.member.{i}.UsePreviousValue"] == "true" ? "(kept)" : form[$"Parameters.member.{i}.ParameterValue"])}")];
                return "<Id>arn:aws:cloudformation:eu-central-1:123456789012:changeSet/one/1</Id><StackId>arn:stack</StackId>";
            case "DescribeChangeSet":
                return Unchanged
                    ? "<Status>FAILED</Status><StatusReason>The submitted information didn't contain changes. Submit different information to create a change set.</StatusReason><Changes/>"
                    : $"<Status>CREATE_COMPLETE</Status><Changes>{Members(["OrdersTable", "PaymentsTable"], name => $"<Type>Resource</Type><ResourceChange><Action>{(name == "OrdersTable" ? "Add" : "Modify")}</Action>{(name == "OrdersTable" ? "<Scope/>" : "<Replacement>True</Replacement><Scope><member>Properties</member><member>Tags</member></Scope>")}<LogicalResourceId>{name}</LogicalResourceId><ResourceType>AWS::DynamoDB::Table</ResourceType></ResourceChange>")}</Changes>";
            case "ExecuteChangeSet":
                Assert.Equal("true", form["RetainExceptOnCreate"]);
                Status = Fails ? "UPDATE_ROLLBACK_COMPLETE" : Status == "REVIEW_IN_PROGRESS" ? "CREATE_COMPLETE" : "UPDATE_COMPLETE";
                return "";
            case "DeleteStack":
                Status = null;
                return "";
            case "DescribeStacks":
                return $"<Stacks>{Members([Status!], status => $"<StackName>orders-test</StackName><StackStatus>{status}</StackStatus><CreationTime>2026-11-24T00:00:00Z</CreationTime><EnableTerminationProtection>false</EnableTerminationProtection><Parameters>{Members(["TablePrefix", "DataDeletionPolicy"], name => $"<ParameterKey>{name}</ParameterKey><ParameterValue>{(name == "TablePrefix" ? "orders-test-" : "Retain")}</ParameterValue>")}</Parameters><Outputs>{Members(["ApiUrl"], name => $"<OutputKey>{name}</OutputKey><OutputValue>https://api</OutputValue>")}</Outputs>")}</Stacks>";
            case "ListStackResources":
                return $"<StackResourceSummaries>{Members(["OrdersTable AWS::DynamoDB::Table", "DeadLetterQueue AWS::SQS::Queue", "ApiFunction AWS::Lambda::Function"], name => $"<LogicalResourceId>{name.Split(' ')[0]}</LogicalResourceId><PhysicalResourceId>{Address}/{name.Split(' ')[0]}</PhysicalResourceId><ResourceType>{name.Split(' ')[1]}</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus><LastUpdatedTimestamp>2026-11-24T00:00:00Z</LastUpdatedTimestamp>")}</StackResourceSummaries>";
            case "DescribeStackEvents":
                return $"<StackEvents>{Members(["second", "first"], name => $"<LogicalResourceId>{name}</LogicalResourceId><ResourceStatus>CREATE_FAILED</ResourceStatus><ResourceStatusReason>{SecurityElement.Escape("it couldn't")}</ResourceStatusReason><Timestamp>2126-11-24T00:00:00Z</Timestamp>")}{Members(["long ago"], name => $"<LogicalResourceId>{name}</LogicalResourceId><ResourceStatus>CREATE_FAILED</ResourceStatus><Timestamp>2020-11-24T00:00:00Z</Timestamp>")}</StackEvents>";
            default:
                return "";
        }
    }

    private static string Members(IEnumerable<string> names, Func<string, string> content) => string.Concat(names.Select(name => $"<member>{content(name)}</member>"));
}
