using System.Text;
using System.Text.Json.Nodes;
using OrderSystem.Sqlite.Files;

namespace OrderSystem.LocalCloud.Storage;

/// <summary>What was made or changed through an API, by name, kept over restarts; what the template declares is not among it.</summary>
internal sealed class Declarations
{
    private readonly string _path;
    private readonly JsonObject _declared;
    private readonly Lock _gate = new();

    /// <param name="path">The file; made with the first declaration.</param>
    public Declarations(string path)
    {
        _path = path;
        PrivateFiles.Restrict(path);
        _declared = File.Exists(path) ? JsonNode.Parse(File.ReadAllBytes(path))!.AsObject() : [];
    }

    /// <summary>Each declaration with its name.</summary>
    public IReadOnlyList<(string Name, JsonObject Properties)> All
    {
        get
        {
            lock (_gate)
                return [.. _declared.Select(declared => (declared.Key, declared.Value!.DeepClone().AsObject()))];
        }
    }

    /// <summary>Notes properties beside those noted before; on disk on return.</summary>
    public void Set(string name, IEnumerable<KeyValuePair<string, JsonNode?>> properties)
    {
        lock (_gate)
        {
            var noted = _declared[name] as JsonObject ?? [];
            foreach (var (property, value) in properties)
                noted[property] = value?.DeepClone();
            _declared[name] = noted;
            Write();
        }
    }

    /// <summary>Forgets a declaration; on disk on return.</summary>
    public void Remove(string name)
    {
        lock (_gate)
        {
            if (_declared.Remove(name))
                Write();
        }
    }

    private void Write()
    {
        PrivateFiles.CreateOwnFolder(Path.GetDirectoryName(_path)!);
        AtomicFile.Write(_path, Encoding.UTF8.GetBytes(_declared.ToJsonString()));
    }
}
