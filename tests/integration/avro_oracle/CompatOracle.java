// Reads a table of schema pairs (name, reader, writer, ...) on standard input and prints it again with the fourth column replaced
// by the verdict of Apache Avro's SchemaCompatibility. Run as a source file: java -cp 'LIBS/*' CompatOracle.java
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

public final class CompatOracle {
    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.isEmpty() || line.startsWith("#")) {
                out.println(line);
                continue;
            }
            String[] cells = line.split("\t", -1);
            cells[3] = verdict(cells[0], new Schema.Parser().parse(cells[1]), new Schema.Parser().parse(cells[2]));
            out.println(String.join("\t", cells));
        }
    }

    // An ambiguous alias is no verdict there but an exception: such a reader cannot read either.
    private static String verdict(String name, Schema reader, Schema writer) {
        try {
            SchemaCompatibilityType type =
                SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType();
            return type == SchemaCompatibilityType.COMPATIBLE ? "compatible" : "incompatible";
        } catch (AvroRuntimeException ambiguous) {
            System.err.println(name + ": " + ambiguous.getMessage());
            return "incompatible";
        }
    }
}
