using System.Text;
using System.Text.Json.Nodes;
using OrderSystem.Sqlite.Files;

namespace OrderSystem.LocalCloud.Storage;

/// <summary>Resources that were created or changed through an API, by name; kept across restarts. Resources of the template are not included.</summary>
internal sealed class Declarations
{
    private readonly string _path;
    private readonly JsonObject _declared;
    private readonly Lock _gate = new();

    /// <param name="path">The path of the file; the first declaration creates it.</param>
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

    /// <summary>Adds properties to a declaration. They are on disk on return.</summary>
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

    /// <summary>Removes a declaration. The change is on disk on return.</summary>
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
