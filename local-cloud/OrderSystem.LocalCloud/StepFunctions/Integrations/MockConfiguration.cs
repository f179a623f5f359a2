using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.Integrations;

/// <summary>
/// The mock configuration file of Step Functions Local, named by <c>SFN_MOCK_CONFIG</c>: the mocked outcomes of tasks, by
/// state machine, test case and attempt. See "Using mocked service integrations" in the Step Functions Developer Guide.
/// </summary>
internal sealed class MockConfiguration
{
    private readonly Dictionary<(string Machine, string TestCase), Dictionary<string, MockedResponse>> _testCases = [];

    private MockConfiguration()
    {
    }

    /// <summary>A configuration without any test cases.</summary>
    public static MockConfiguration Empty { get; } = new();

    /// <summary>Reads a mock configuration file.</summary>
    /// <exception cref="InvalidOperationException">The file cannot be read, or is not a mock configuration.</exception>
    public static MockConfiguration Load(string path)
    {
        try
        {
            return Parse(StatesValue.Parse(File.ReadAllBytes(path)) as StatesObject ?? throw new FormatException("it is not a JSON object"));
        }
        catch (Exception exception) when (exception is FormatException or System.Text.Json.JsonException or IOException)
        {
            throw new InvalidOperationException($"The mock configuration {path} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>The test cases of all state machines.</summary>
    public IReadOnlyCollection<(string Machine, string TestCase)> TestCases => _testCases.Keys;

    /// <summary>Whether the configuration has the given test case.</summary>
    public bool Contains(string stateMachineName, string testCase) => _testCases.ContainsKey((stateMachineName, testCase));

    /// <summary>Describes for an error message which test cases a state machine has.</summary>
    public string Describe(string stateMachineName)
    {
        var testCases = TestCases.Where(testCase => testCase.Machine == stateMachineName).Select(testCase => testCase.TestCase).ToList();
        return testCases.Count > 0 ? $"it has {string.Join(", ", testCases)}"
            : _testCases.Count > 0 ? "it has no test cases for this state machine"
            : "set SFN_MOCK_CONFIG to the path of a mock configuration";
    }

    /// <summary>Returns the mocked response of a state; null if the state is not mocked.</summary>
    public MockedResponse? Find(string stateMachineName, string testCase, string state) =>
        _testCases.TryGetValue((stateMachineName, testCase), out var states) ? states.GetValueOrDefault(state) : null;

    /// <summary>Reads a mock configuration from its JSON document.</summary>
    public static MockConfiguration Parse(StatesObject document)
    {
        var responses = new Dictionary<string, MockedResponse>(StringComparer.Ordinal);
        foreach (var (name, response) in document["MockedResponses"] as StatesObject ?? StatesObject.Empty)
            responses[name] = MockedResponse.Parse(name, response as StatesObject ?? throw new FormatException($"MockedResponses.{name} is not an object"));
        var configuration = new MockConfiguration();
        foreach (var (machine, settings) in document["StateMachines"] as StatesObject ?? StatesObject.Empty)
        {
            foreach (var (testCase, states) in (settings as StatesObject)?["TestCases"] as StatesObject ?? StatesObject.Empty)
            {
                var mocked = new Dictionary<string, MockedResponse>(StringComparer.Ordinal);
                foreach (var (state, response) in states as StatesObject ?? StatesObject.Empty)
                {
                    var name = (response as StatesString)?.Value ?? throw new FormatException($"StateMachines.{machine}.TestCases.{testCase}.{state} must be the name of a mocked response");
                    mocked[state] = responses.GetValueOrDefault(name)
                        ?? throw new FormatException(
                        $"{machine}#{testCase} uses the mocked response '{name}' for {state}, but there is no such response in MockedResponses");
                }

                configuration._testCases[(machine, testCase)] = mocked;
            }
        }

        return configuration;
    }
}
