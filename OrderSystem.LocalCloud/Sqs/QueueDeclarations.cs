using System.Text;
using System.Text.Json.Nodes;
using OrderSystem.LocalCloud.Storage;

namespace OrderSystem.LocalCloud.Sqs;

/// <summary>The queues made or changed through the API and what was set on them, kept over restarts; those of the template are declared there.</summary>
internal sealed class QueueDeclarations
{
    private readonly string _path;
    private readonly JsonObject _queues;
    private readonly Lock _gate = new();

    /// <param name="path">The file; made with the first declaration.</param>
    public QueueDeclarations(string path)
    {
        _path = path;
        _queues = File.Exists(path) ? JsonNode.Parse(File.ReadAllBytes(path))!.AsObject() : [];
    }

    /// <summary>Each queue with its attributes, by the names of the API.</summary>
    public IEnumerable<(string Name, IEnumerable<KeyValuePair<string, string>> Attributes)> All =>
        [.. _queues.Select(queue => (queue.Key, queue.Value!.AsObject().Select(attribute => KeyValuePair.Create(attribute.Key, (string)attribute.Value!))))];

    /// <summary>Notes attributes beside those noted before; on disk on return.</summary>
    public void Set(string name, IEnumerable<KeyValuePair<string, string>> attributes)
    {
        lock (_gate)
        {
            var noted = _queues[name] as JsonObject ?? [];
            foreach (var (attribute, value) in attributes)
                noted[attribute] = value;
            _queues[name] = noted;
            Write();
        }
    }

    /// <summary>Forgets a queue; on disk on return.</summary>
    public void Remove(string name)
    {
        lock (_gate)
        {
            if (_queues.Remove(name))
                Write();
        }
    }

    private void Write()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        AtomicFile.Write(_path, Encoding.UTF8.GetBytes(_queues.ToJsonString()));
    }
}
