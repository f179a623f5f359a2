using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.Engine;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.States;

/// <summary>Groups the items of a distributed Map into batches, one per child execution.</summary>
internal sealed class ItemBatcher
{
    private Template? MaxItemsPerBatch { get; init; }

    private Template? MaxInputBytesPerBatch { get; init; }

    private Template? BatchInput { get; init; }

    /// <summary>Reads the ItemBatcher field; null if it is absent.</summary>
    public static ItemBatcher? Read(DefinitionReader fields)
    {
        if (fields["ItemBatcher"] is not StatesObject batcher)
            return null;
        var reader = new DefinitionReader(batcher, fields.Language, $"{fields.Path}/ItemBatcher");
        return new ItemBatcher
        {
            MaxItemsPerBatch = reader.InvalidPathField("MaxItemsPerBatch"),
            MaxInputBytesPerBatch = reader.InvalidPathField("MaxInputBytesPerBatch"),
            BatchInput = reader.Payload("BatchInput"),
        };
    }

    public IReadOnlyList<MapRunChild> Batch(StateScope scope, StatesValue input, IReadOnlyList<MapRunChild> items)
    {
        var most = DistributedMap.Number(scope, input, MaxItemsPerBatch) ?? double.MaxValue;
        var mostBytes = DistributedMap.Number(scope, input, MaxInputBytesPerBatch) ?? Execution.MaxPayloadSize;
        var shared = BatchInput?.Evaluate(scope, input);
        var empty = Of(shared, []).Utf8Size;
        var batches = new List<MapRunChild>();
        var batch = new List<StatesValue>();
        var bytes = empty;
        foreach (var (item, _) in items)
        {
            if (batch.Count > 0 && (batch.Count >= most || bytes + item.Utf8Size > mostBytes))
                Close();
            batch.Add(item);
            bytes += item.Utf8Size + 1;
        }

        if (batch.Count > 0)
            Close();
        return batches;

        void Close()
        {
            batches.Add(new MapRunChild(Of(shared, [.. batch]), batch.Count));
            batch.Clear();
            bytes = empty;
        }
    }

    private static StatesObject Of(StatesValue? shared, StatesValue[] items) =>
        shared is null ? StatesObject.Of(("Items", new StatesArray(items))) : StatesObject.Of(("BatchInput", shared), ("Items", new StatesArray(items)));
}
