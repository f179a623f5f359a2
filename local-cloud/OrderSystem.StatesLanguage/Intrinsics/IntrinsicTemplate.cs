using OrderSystem.StatesLanguage.Engine;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.Intrinsics;

/// <summary>An intrinsic function call as the value of a field.</summary>
internal sealed class IntrinsicTemplate(IntrinsicFunction function, Template[] arguments, string text) : Template
{
    public ReadOnlySpan<Template> Arguments => arguments;

    public override StatesValue Evaluate(StateScope scope, StatesValue document)
    {
        var values = new StatesValue[arguments.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = arguments[i].Evaluate(scope, document);
        try
        {
            return function.Call(new IntrinsicCall(values, scope));
        }
        catch (IntrinsicException exception)
        {
            throw scope.Failure(StatesErrors.IntrinsicFailure, $"Failed to evaluate the intrinsic function '{text}'. {exception.Message}");
        }
    }
}

/// <summary>The arguments of an intrinsic function are invalid.</summary>
internal sealed class IntrinsicException(string message) : Exception(message);
