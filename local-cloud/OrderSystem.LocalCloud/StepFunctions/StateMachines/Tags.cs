using OrderSystem.LocalCloud.Http;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.StateMachines;

/// <summary>The tags of a state machine or an activity.</summary>
internal sealed class Tags
{
    private const int Most = 50, LongestKey = 128, LongestValue = 256;

    private readonly List<KeyValuePair<string, string>> _tags = [];

    public IReadOnlyList<KeyValuePair<string, string>> All => _tags;

    /// <summary>Adds tags. If a tag with the same key exists, replaces its value.</summary>
    /// <exception cref="AwsServiceException">There are too many tags, or a tag is invalid.</exception>
    public void Set(StatesArray? tags)
    {
        foreach (var tag in tags?.OfType<StatesObject>() ?? [])
        {
            var key = (tag["key"] as StatesString)?.Value ?? throw StepFunctionsErrors.Validation("Value null at 'tags.1.member.key' failed to satisfy constraint: Member must not be null");
            var value = (tag["value"] as StatesString)?.Value ?? "";
            Check("key", key, 1, LongestKey);
            Check("value", value, 0, LongestValue);
            if (key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
                throw StepFunctionsErrors.Rule("aws: prefixed tag key names are not allowed for external use.");
            var index = _tags.FindIndex(existing => existing.Key == key);
            if (index >= 0)
                _tags[index] = new(key, value);
            else if (_tags.Count < Most)
                _tags.Add(new(key, value));
            else
                throw new AwsServiceException("TooManyTags", "The resource has more than 50 tags.");
        }
    }

    private static void Check(string member, string text, int least, int most)
    {
        if (text.Length < least || text.Length > most)
            throw StepFunctionsErrors.Validation(
                $"Value '{text}' at 'tags.member.{member}' failed to satisfy constraint: Member must have length "
                    + $"{(text.Length < least ? $"greater than or equal to {least}" : $"less than or equal to {most}")}");
    }

    public void Remove(StatesArray? keys)
    {
        foreach (var key in keys?.OfType<StatesString>() ?? [])
            _tags.RemoveAll(tag => tag.Key == key.Value);
    }
}
