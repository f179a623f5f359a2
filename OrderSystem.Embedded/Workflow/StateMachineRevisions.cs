using System.Collections.Concurrent;
using OrderSystem.Embedded.Storage;
using OrderSystem.Sqlite.Sessions;
using OrderSystem.StatesLanguage.Definition;

namespace OrderSystem.Embedded.Workflow;

/// <summary>The state machine in each revision that executions here run. An execution keeps the revision that it began with, as in AWS.</summary>
/// <param name="database">The file that keeps the revisions.</param>
/// <param name="name">The state machine's name.</param>
/// <param name="definition">The current definition.</param>
internal sealed class StateMachineRevisions(EmbeddedDatabase database, string name, string definition)
{
    private readonly StateMachine _latest = StateMachine.Parse(name, definition);
    private readonly ConcurrentDictionary<long, StateMachine> _older = [];

    /// <summary>The number of the current revision: executions that start now begin with it.</summary>
    public long Current { get; private set; }

    /// <summary>Keeps the current definition in the file. Called before any execution starts or resumes.</summary>
    /// <exception cref="Core.Orders.StoreUnavailableException">The file can't be read or written.</exception>
    public async Task RegisterAsync(CancellationToken cancellationToken) =>
        Current = database.Read(session => DefinitionTable.FindCurrent(session, definition)) ?? await database.WriteAsync(session => DefinitionTable.Register(session, definition), cancellationToken);

    /// <summary>The state machine in a revision.</summary>
    /// <exception cref="DefinitionException">The definition can't be run by this program.</exception>
    /// <exception cref="FormatException">The revision is not in the file.</exception>
    public StateMachine Of(long? revision) => revision is { } number && number != Current
        ? _older.GetOrAdd(number, number => StateMachine.Parse(name, database.Read(session => DefinitionTable.Read(session, number)) ?? throw new FormatException($"The file has no definition {number}.")))
        : _latest;

    /// <summary>Deletes the revision of an execution that has ended, in the transaction of that, unless another needs it.</summary>
    public void Release(Session session, long? revision)
    {
        if (revision is { } number && number != Current)
            DefinitionTable.Release(session, number);
    }
}
