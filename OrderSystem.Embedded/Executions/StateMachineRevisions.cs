using System.Collections.Concurrent;
using OrderSystem.Embedded.Storage;
using OrderSystem.Sqlite.Sessions;
using OrderSystem.StatesLanguage.Definition;

namespace OrderSystem.Embedded.Executions;

/// <summary>
/// Provides the state machine in every revision that an execution uses. As in AWS, an execution keeps the revision that it
/// began with.
/// </summary>
/// <param name="database">The database that holds the revisions.</param>
/// <param name="name">The state machine's name.</param>
/// <param name="definition">The current definition.</param>
internal sealed class StateMachineRevisions(EmbeddedDatabase database, string name, string definition)
{
    private readonly StateMachine _latest = StateMachine.Parse(name, definition);
    private readonly ConcurrentDictionary<long, StateMachine> _older = [];

    /// <summary>The number of the current revision, which new executions use.</summary>
    public long Current { get; private set; }

    /// <summary>Stores the current definition. Call this method before any execution starts or resumes.</summary>
    /// <exception cref="Core.Orders.StoreUnavailableException">The database file can't be read or written.</exception>
    public async Task RegisterAsync(CancellationToken cancellationToken) =>
        Current = database.Read(session => DefinitionTable.FindCurrent(session, definition)) ?? await database.WriteAsync(session => DefinitionTable.Register(session, definition), cancellationToken);

    /// <summary>Returns the state machine of a revision.</summary>
    /// <exception cref="DefinitionException">This program does not support the definition.</exception>
    /// <exception cref="FormatException">The revision is not in the database.</exception>
    public StateMachine Of(long? revision) => revision is { } number && number != Current
        ? _older.GetOrAdd(number, number =>
            StateMachine.Parse(name,
                database.Read(session => DefinitionTable.Read(session, number)) ?? throw new FormatException($"Revision {number} of the state machine's definition is not in the database.")))
        : _latest;

    /// <summary>
    /// Deletes an ended execution's revision in the current transaction, unless another running execution needs it.
    /// </summary>
    public void Release(Session session, long? revision)
    {
        if (revision is { } number && number != Current)
            DefinitionTable.Release(session, number);
    }
}
