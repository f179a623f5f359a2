using System.Xml;

namespace OrderSystem.LocalCloud.Http;

/// <summary>
/// A service that uses the AWS query protocol: the form field <c>Action</c> names the operation, and the response is XML.
/// </summary>
internal interface IAwsQueryService
{
    /// <summary>The service's name in a signature's scope, such as <c>cloudformation</c>.</summary>
    string SignatureScope { get; }

    /// <summary>The XML namespace of the service's responses.</summary>
    string Namespace { get; }

    /// <summary>Runs one operation.</summary>
    /// <param name="operation">The operation's name, such as <c>DescribeStacks</c>.</param>
    /// <param name="request">The form's fields.</param>
    /// <returns>An action that writes the content of the response's result element.</returns>
    /// <exception cref="AwsServiceException">The error that the client receives.</exception>
    Action<XmlWriter> Invoke(string operation, IFormCollection request);
}
