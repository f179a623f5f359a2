using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata.Functions;
using OrderSystem.StatesLanguage.Jsonata.Parsing;

namespace OrderSystem.StatesLanguage.Jsonata.Evaluation;

/// <summary>Calls functions and partially applies functions, whether they are built in or defined by the expression.</summary>
internal sealed partial class Evaluator
{
    /// <summary>
    /// Calls a function with evaluated arguments. The function's tail calls run in a loop, so that the stack does not grow.
    /// </summary>
    /// <exception cref="JsonataException">The value is not a function, or an argument has the wrong type.</exception>
    public StatesValue? Invoke(StatesValue? function, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        var result = InvokeOnce(function, arguments, input, scope);
        while (result is LambdaValue { Node: { IsTailCall: true, Body: CallNode call } } thunk)
        {
            CheckTime();
            var next = Evaluate(call.Procedure, thunk.Input, thunk.Scope);
            var nextArguments = Arguments(call, thunk.Input, thunk.Scope);
            try
            {
                result = InvokeOnce(next, nextArguments, input, scope);
            }
            catch (JsonataException e)
            {
                throw JsonataErrors.WithToken(e, call.ProcedureName);
            }
        }

        return result;
    }

    /// <summary>
    /// Calls a function with only as many of the given arguments as the function has parameters, but with at least one argument.
    /// </summary>
    public StatesValue? InvokeFitting(FunctionValue function, StatesValue? input, Frame scope, params ReadOnlySpan<StatesValue?> arguments) =>
        Invoke(function, arguments[..Math.Clamp(function.Arity, 1, arguments.Length)].ToArray(), input, scope);

    private StatesValue? Call(CallNode call, StatesValue? input, Frame scope, StatesValue? piped, bool isPiped)
    {
        var procedure = Evaluate(call.Procedure, input, scope);
        if (procedure is null && call.Procedure is PathNode { Steps: [NameNode name, ..] } && scope.Lookup(name.Name) is not null)
            throw JsonataErrors.Create("T1005", ("token", name.Name));
        var arguments = Arguments(call, input, scope);
        if (isPiped)
            arguments = [piped, .. arguments];
        try
        {
            return Invoke(procedure, arguments, input, scope);
        }
        catch (JsonataException e)
        {
            throw JsonataErrors.WithToken(e, call.ProcedureName);
        }
    }

    private StatesValue?[] Arguments(CallNode call, StatesValue? input, Frame scope)
    {
        var arguments = new StatesValue?[call.Arguments.Count];
        for (var i = 0; i < arguments.Length; i++)
            arguments[i] = Evaluate(call.Arguments[i]!, input, scope);
        return arguments;
    }

    private StatesValue? InvokeOnce(StatesValue? function, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        switch (function)
        {
            case LambdaValue lambda:
                return Enter(lambda, lambda.Node.Signature?.Validate(arguments, input) ?? arguments);
            case NativeValue native:
                var validated = native.Signature?.Validate(arguments, input) ?? arguments;
                if (validated.Length < native.Arity)
                    System.Array.Resize(ref validated, native.Arity);
                return Bounded(native.Invoke(this, validated, input, scope));
            case PartialValue partial:
                return InvokeOnce(partial.Function, partial.Complete(arguments), input, scope);
            case RegexValue regex:
                return RegularExpressions.FirstMatch(regex.Regex, arguments.Length > 0 ? arguments[0] : null);
            default:
                throw JsonataErrors.Create("T1006", ("value", function));
        }
    }

    private StatesValue? Enter(LambdaValue lambda, StatesValue?[] arguments)
    {
        var scope = new Frame(lambda.Scope);
        for (var i = 0; i < lambda.Node.Parameters.Count; i++)
            scope.Bind(lambda.Node.Parameters[i], i < arguments.Length ? arguments[i] : null);
        return Evaluate(lambda.Node.Body, lambda.Input, scope);
    }

    private PartialValue PartiallyApply(CallNode call, StatesValue? input, Frame scope)
    {
        var procedure = Evaluate(call.Procedure, input, scope);
        if (procedure is null && call.Procedure is PathNode { Steps: [NameNode name, ..] } && scope.Lookup(name.Name) is not null)
            throw JsonataErrors.Create("T1007", ("token", name.Name));
        if (procedure is not FunctionValue function)
            throw JsonataErrors.Create("T1008", ("token", call.ProcedureName));
        var open = call.Arguments.Select(argument => argument is null).ToArray();
        var arguments = call.Arguments.Select(argument => argument is null ? null : Evaluate(argument, input, scope)).ToArray();
        return new PartialValue(function, arguments, open);
    }

    /// <summary>
    /// Evaluates <c>~&gt;</c>: passes the value on the left to the function on the right or, if both are functions, composes them
    /// into one function.
    /// </summary>
    private StatesValue? Apply(BinaryNode node, StatesValue? input, Frame scope)
    {
        var left = Evaluate(node.Left, input, scope);
        if (node.Right is CallNode { IsPartial: false } call)
            return Call(call, input, scope, left, isPiped: true);
        var function = Evaluate(node.Right, input, scope);
        if (function is not FunctionValue second)
            throw JsonataErrors.Create("T2006", ("value", function));
        if (left is FunctionValue first)
            return new NativeValue(1, null, (evaluator, arguments, context, frame) => evaluator.Invoke(second, [evaluator.Invoke(first, arguments, context, frame)], context, frame));
        return Invoke(second, [left], input, scope);
    }

    /// <summary>
    /// Creates the function for a transform expression. The function copies its argument and changes the objects in the copy that
    /// the expression's pattern selects.
    /// </summary>
    private static NativeValue Transformer(TransformNode node, StatesValue? _, Frame scope) => new(1, Builtins.TransformSignature, (evaluator, arguments, _, _) =>
    {
        if (arguments[0] is not { } argument)
            return null;
        if (scope.Lookup("clone") is not (null or FunctionValue))
            throw JsonataErrors.Create("T2013");
        var copy = Transform.Copy(argument);
        var matches = evaluator.Evaluate(node.Pattern, copy, scope);
        var changes = new Transform();
        foreach (var match in Values.ItemsOrSelf(matches))
        {
            if (match is not StatesObject target)
                continue;
            var update = evaluator.Evaluate(node.Update, target, scope);
            if (update is not (null or StatesObject))
                throw JsonataErrors.Create("T2011", ("value", update));
            var deletion = node.Delete is null ? null : evaluator.Evaluate(node.Delete, target, scope);
            var names = Values.ItemsOrSelf(deletion);
            if (names.Any(name => name is not StatesString))
                throw JsonataErrors.Create("T2012", ("value", deletion));
            changes.Add(target, (StatesObject?)update, names.Select(Values.Text));
        }

        return changes.ApplyTo(copy);
    });
}
