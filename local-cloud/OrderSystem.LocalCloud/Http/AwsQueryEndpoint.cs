using System.Collections.Frozen;
using System.Text;
using System.Xml;

namespace OrderSystem.LocalCloud.Http;

/// <summary>
/// Handles <c>POST /</c> requests for all services that use the AWS query protocol. The scope of the request's signature
/// selects the service.
/// </summary>
internal sealed class AwsQueryEndpoint(IEnumerable<IAwsQueryService> services)
{
    private const string ErrorNamespace = "http://webservices.amazon.com/AWSFault/2005-15-09";
    private static readonly XmlWriterSettings Settings = new()
    {
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        OmitXmlDeclaration = true,
        CheckCharacters = false,
        Async = true
    };

    private readonly FrozenDictionary<string, IAwsQueryService> _services = services.ToFrozenDictionary(service => service.SignatureScope, StringComparer.Ordinal);

    public async Task HandleAsync(HttpContext context)
    {
        AwsRequestId.Stamp(context);
        try
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            var operation = form["Action"].ToString();
            var service = Find(context, operation);
            var write = service.Invoke(operation, form);
            await WriteAsync(context, StatusCodes.Status200OK, writer =>
            {
                writer.WriteStartElement($"{operation}Response", service.Namespace);
                writer.WriteStartElement($"{operation}Result");
                write(writer);
                writer.WriteEndElement();
                writer.WriteStartElement("ResponseMetadata");
                writer.WriteElementString("RequestId", AwsRequestId.Of(context));
                writer.WriteEndElement();
                writer.WriteEndElement();
            });
        }
        catch (AwsServiceException error)
        {
            await WriteErrorAsync(context, error);
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            // IOException: the client disconnected, or the HTTP framing of the request is malformed.
            await WriteErrorAsync(context, new AwsServiceException("MalformedQueryString", error.Message));
        }
    }

    private IAwsQueryService Find(HttpContext context, string operation)
    {
        if (operation.Length == 0)
            throw new AwsServiceException("MissingAction", "The request must contain the parameter Action.");
        var scope = AwsSignature.Service(context);
        return scope is not null && _services.TryGetValue(scope, out var service)
            ? service
            : throw new AwsServiceException("UnknownOperationException", $"{operation} of {scope ?? "an unnamed service"} is not supported locally in the query protocol.");
    }

    private static Task WriteErrorAsync(HttpContext context, AwsServiceException error) => WriteAsync(context, error.StatusCode, writer =>
    {
        writer.WriteStartElement("ErrorResponse", ErrorNamespace);
        writer.WriteStartElement("Error");
        writer.WriteElementString("Type", error.StatusCode >= 500 ? "Receiver" : "Sender");
        writer.WriteElementString("Code", error.Code);
        writer.WriteElementString("Message", error.Message);
        writer.WriteEndElement();
        writer.WriteElementString("RequestId", AwsRequestId.Of(context));
        writer.WriteEndElement();
    });

    private static async Task WriteAsync(HttpContext context, int status, Action<XmlWriter> write)
    {
        using var body = new MemoryStream();
        await using (var writer = XmlWriter.Create(body, Settings))
            write(writer);
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/xml";
        context.Response.ContentLength = body.Length;
        await context.Response.BodyWriter.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length), context.RequestAborted);
    }
}
